// The hash of a request, as the page says it is made: node request-hash.mjs hashes.json

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// JSON with sorted keys, no spaces, and DEL and all beyond ASCII as UTF-16 units.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function requestHash({ request_hash: _, ...fields }) {
  return createHash("sha256").update(canonical(fields)).digest("hex");
}

if (process.argv[2]) {
  const vectors = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const wrong = vectors.filter((one) => requestHash(one.request) !== one.request_hash);
  for (const one of wrong) console.error(`another hash: ${one.name}`);
  process.exitCode = wrong.length ? 1 : 0;
}
