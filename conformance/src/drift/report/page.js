const form = document.getElementById("filter");
if (form) {
  const articles = [...document.querySelectorAll("#changes article")];
  const apply = () => {
    const data = new FormData(form);
    const severities = new Set(data.getAll("severity"));
    const operation = data.get("operation");
    const text = data.get("text").trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const { severity, operations } = article.dataset;
      const match = severities.has(severity)
        && (!operation || operations.split("\n").includes(operation))
        && (!text || article.textContent.toLowerCase().includes(text));
      article.hidden = !match;
      shown += match;
    }
    for (const section of document.querySelectorAll("#changes section")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    document.getElementById("shown").textContent = `${shown} of ${articles.length}`;
    document.getElementById("nothing").hidden = shown > 0;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
