// The SHA-256 of a file, counted on the reader's own machine: the file is never sent (报告核验).
(function () {
  "use strict";
  const place = document.querySelector("[data-file-hash]");
  const target = document.getElementById("sha256");
  if (!place || !target || !window.crypto || !crypto.subtle) return;
  const input = place.querySelector("input[type=file]");
  place.hidden = false;
  input.addEventListener("change", function () {
    if (!input.files.length) return;
    input.files[0].arrayBuffer().then(function (bytes) {
      return crypto.subtle.digest("SHA-256", bytes);
    }).then(function (digest) {
      target.value = Array.from(new Uint8Array(digest), function (byte) {
        return byte.toString(16).padStart(2, "0");
      }).join("");
    });
  });
})();
