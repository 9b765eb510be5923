/** The operator's console: everything on it comes from this Worker's HTTP API, and nothing else is asked. */
import { h, render } from "preact";
import { App } from "./shell/app.ts";

const root = document.getElementById("console");
if (root) {
  root.replaceChildren();
  render(h(App, {}), root);
}
