/** Shows /openapi.json. Keys entered here stay in this page until it is closed. */
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
