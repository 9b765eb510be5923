import { styleText } from "node:util";

/** Terminal colours; `styleText` omits them without colour support and with NO_COLOR. */
export const bold = (text: string) => styleText("bold", text);
export const dim = (text: string) => styleText("dim", text);
export const red = (text: string) => styleText("red", text);
export const green = (text: string) => styleText("green", text);
export const yellow = (text: string) => styleText("yellow", text);
export const cyan = (text: string) => styleText("cyan", text);
