// Xinheng 信衡: our own script. Everything works without it; no inline script, no eval (strict CSP).
(function () {
  "use strict";
  const root = document.documentElement;

  // 字号切换: the form posts without script; with it the page changes at once and the cookie is the same.
  function switchSize(form, event) {
    event.preventDefault();
    const button = form.querySelector("button");
    const large = button.value === "xl";
    if (large) root.setAttribute("data-size", "xl");
    else root.removeAttribute("data-size");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = "size=" + (large ? "xl" : "") + "; Path=/; SameSite=Lax; Max-Age=" + (large ? 31536000 : 0) + secure;
    button.value = large ? "" : "xl";
    button.textContent = large ? "标准字号" : "大字版";
  }

  // Unsaved input: warn before it is lost, never after the form was sent.
  function watchForm(form) {
    let dirty = false;
    form.addEventListener("input", function () { dirty = true; });
    form.addEventListener("submit", function () { dirty = false; });
    window.addEventListener("beforeunload", function (event) {
      if (dirty) event.preventDefault();
    });
  }

  // 复制代码: the button stays hidden where the browser has no clipboard.
  function offerCopy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        const said = button.textContent;
        button.textContent = "已复制";
        setTimeout(function () { button.textContent = said; }, 2000);
      });
    });
  }

  // Bound once per element, so that it may run again after htmx has brought new content.
  const bound = new WeakSet();
  function each(selector, bind) {
    document.querySelectorAll(selector).forEach(function (element) {
      if (bound.has(element)) return;
      bound.add(element);
      bind(element);
    });
  }

  function start() {
    each("form[data-size-switch]", function (form) { form.addEventListener("submit", switchSize.bind(null, form)); });
    each("form[data-guard]", watchForm);
    each("button[data-copy]", offerCopy);
    each("button[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    each("[data-error-summary]", function (summary) { summary.focus(); });
  }

  // A clause opened by its address (#c-3.2c) shows its text.
  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }

  start();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  document.addEventListener("htmx:after:swap", start);
})();
