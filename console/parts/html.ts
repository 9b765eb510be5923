/**
 * Markup. Values become text nodes, attributes and listeners, never HTML. Components are placed with `h`, which checks
 * their properties; plain elements are written with `html`.
 */
export { html } from "htm/preact";
export { h } from "preact";
