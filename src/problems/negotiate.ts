import Negotiator from "negotiator";
import { LANGUAGES, type Language } from "./messages.ts";

/** The language of a problem's texts, by `Accept-Language` (RFC 9110, section 12.5.4). English when none fits. */
export function selectLanguage(header: string | null): Language {
  if (header === null || header.length > 1_000) return "en";
  const [best] = new Negotiator({ headers: { "accept-language": header } }).languages([...LANGUAGES]);
  return (best as Language | undefined) ?? "en";
}

/** Whether the caller prefers HTML to JSON, as browsers do. */
export function prefersHtml(accept: string | null): boolean {
  return prefersToJson("text/html; charset=utf-8", accept);
}

/** With the parameters that a caller may ask for. */
const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Whether the caller prefers this media type to JSON, by `Accept` (RFC 9110, section 12.5.1). With its parameters, as it
 * would be sent.
 */
export function prefersToJson(mediaType: string, accept: string | null): boolean {
  if (accept === null || accept.length > 1_000) return false;
  return new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, mediaType]) === mediaType;
}
