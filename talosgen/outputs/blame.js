for (const box of document.querySelectorAll("input[data-source]")) {
  box.addEventListener("change", () => {
    for (const row of document.querySelectorAll("tr.s" + box.dataset.source)) {
      row.classList.toggle("dim", !box.checked);
    }
  });
}
