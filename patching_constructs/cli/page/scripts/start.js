// Draws a page from the data in it. The script loads and stores nothing, and inserts values as text only: a name can contain
// anything. README.md in this folder describes the files that are joined to this script.

const HOUR = 3600;
const DAY = 24 * HOUR;

const byId = (id) => document.getElementById(id);
const now = () => Math.floor(Date.now() / 1000);

const data = JSON.parse(byId("data").textContent);

function grouped(list, keyOf) {
  const groups = new Map();
  for (const each of list) {
    const key = keyOf(each);
    if (groups.has(key)) groups.get(key).push(each);
    else groups.set(key, [each]);
  }
  return groups;
}
