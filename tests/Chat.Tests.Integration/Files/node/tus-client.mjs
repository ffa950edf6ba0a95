// Drives a server through tus-js-client, unchanged: node tus-client.mjs <address> <token> <file> <name>
// Prints the address of the upload once it is complete, after an interruption in the middle of each half.
import assert from "node:assert/strict";
import { createReadStream, statSync } from "node:fs";
import * as tus from "tus-js-client";

const [, , address, token, path, name] = process.argv;
const size = statSync(path).size;
const headers = { Authorization: `Bearer ${token}` };

const upload = (options) =>
  new Promise((resolve, reject) => {
    const made = new tus.Upload(createReadStream(path), {
      endpoint: `${address}/v1/uploads`,
      headers,
      uploadSize: size,
      chunkSize: options.chunkSize,
      metadata: { filename: name, filetype: "text/plain" },
      retryDelays: [0, 100, 500, 1000, 2000, 4000, 8000],
      uploadDataDuringCreation: options.withCreation ?? false,
      uploadUrl: options.url,
      onError: reject,
      onSuccess: () => resolve(made),
      onChunkComplete: (_, accepted) => {
        if (options.stopAt && accepted >= options.stopAt) made.abort().then(() => resolve(made), reject);
      },
    });
    made.start();
  });

const offset = async (url) => {
  const answer = await fetch(url, { method: "HEAD", headers: { ...headers, "Tus-Resumable": "1.0.0" } });
  return answer.status === 200 ? Number(answer.headers.get("Upload-Offset")) : answer.status;
};

// interrupted after half, and gone on with by another client that only knows the address
const begun = await upload({ chunkSize: 100 * 1024, stopAt: size / 2 });
const half = await offset(begun.url);
assert.ok(half >= size / 2 && half < size, `${half} of ${size}`);
const resumed = await upload({ chunkSize: 100 * 1024, url: begun.url });
assert.equal(await offset(resumed.url), size);
console.log(resumed.url);

// created with its first bytes
const atOnce = await upload({ chunkSize: 100 * 1024, withCreation: true });
assert.equal(await offset(atOnce.url), size);
console.log(atOnce.url);

// ended
const ended = await upload({ chunkSize: 64 * 1024, stopAt: 64 * 1024 });
await ended.abort(true);
assert.equal(await offset(ended.url), 404);

// what the server refuses is told, not tried again
await assert.rejects(new Promise((resolve, reject) => {
  new tus.Upload(createReadStream(path), {
    endpoint: `${address}/v1/uploads`, headers, uploadSize: size, chunkSize: 64 * 1024, metadata: { filename: "../a" }, retryDelays: [0], onError: reject, onSuccess: resolve,
  }).start();
}), (error) => error.originalResponse.getStatus() === 422);
process.exit(0);
