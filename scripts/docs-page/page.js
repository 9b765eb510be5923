/** Shows /openapi.json. Keys entered here stay in this page until it is closed. */

/** Failures are a line each, and open on a click: there are many, and each has long examples. */
function foldFailures(Response, { React }) {
  const h = React.createElement;
  return function FoldedResponse(props) {
    const [isOpen, setOpen] = React.useState(false);
    if (Number(props.code) < 400) return h(Response, props);
    const onToggle = (event) => setOpen(event.currentTarget.open);
    const summary = h(
      "summary",
      null,
      h("b", null, props.code),
      " ",
      props.response.get("description").replaceAll("`", ""),
    );
    const opened = isOpen && h("table", null, h("tbody", null, h(Response, props)));
    return h(
      "tr",
      { className: "folded" },
      h("td", { colSpan: 3 }, h("details", { open: isOpen, onToggle }, summary, opened)),
    );
  };
}

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  plugins: [{ wrapComponents: { response: foldFailures } }],
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  defaultModelsExpandDepth: -1,
  defaultModelRendering: "example",
  displayRequestDuration: true,
  persistAuthorization: false,
  showExtensions: true,
  validatorUrl: null,
});
