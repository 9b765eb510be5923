/** Shows /openapi.json. Keys that are entered are kept in the page alone, until it is closed. */
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
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
