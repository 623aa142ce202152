// Asks for this page's head once more and tells in the footer how it came here.
const line = document.getElementById("journey");
const asked = performance.now();
fetch(location.pathname, { method: "HEAD" })
  .then((response) => {
    const millis = Math.round(performance.now() - asked);
    const pop = response.headers.get("x-amz-cf-pop");
    const cache = response.headers.get("x-cache");
    const age = response.headers.get("age");
    const parts = [pop ? `served by ${pop}` : "served by the origin itself"];
    if (cache) parts.push(cache);
    if (age) parts.push(`${age} s old`);
    parts.push(`${millis} ms away`);
    line.textContent = parts.join(" · ");
  })
  .catch(() => {
    line.textContent = "The place this page came from does not answer any more.";
  });
