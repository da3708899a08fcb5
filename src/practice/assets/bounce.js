// Leaves for the page that has moved to another origin.

location.replace(document.querySelector("a[data-bounce]").href);
