// The page of the open API: Swagger UI, which another script of the page brings, with our own description.
const place = document.getElementById("api");
const { SwaggerUIBundle } = window;

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  validatorUrl: null,
});
