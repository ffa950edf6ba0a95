// Drives a server through one of the official clients, unchanged: node official-clients.mjs <package> <connection string>
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

const [, , name, connectionString] = process.argv;
const sdk = await import(name);
const { jsonEvent, NO_STREAM, START, END, FORWARDS, BACKWARDS } = sdk;
const client = (sdk.KurrentDBClient ?? sdk.EventStoreDBClient).connectionString(connectionString);

// what a stream has to be at is called differently by the two
const expect = (revision) => ({ expectedRevision: revision, streamState: revision });
const event = (n, id = randomUUID()) => jsonEvent({ id, type: "thing-happened", data: { n }, metadata: { by: "node" } });
const read = async (events) => {
  const found = [];
  for await (const { event } of events) found.push(event);
  return found;
};
const collect = (subscription, count) =>
  new Promise((resolve, reject) => {
    const found = [];
    subscription.on("error", reject);
    subscription.on("data", ({ event }) => found.push(event.revision) === count && resolve(found));
  });

const stream = `node-${randomUUID()}`;
const checks = {
  async "appends, one by one and several at once"() {
    const first = await client.appendToStream(stream, [event(0), event(1)], expect(NO_STREAM));
    assert.equal(first.nextExpectedRevision, 1n);
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => client.appendToStream(`${stream}-${i}`, event(i), expect(NO_STREAM))));
    assert.ok(all.every(({ success }) => success));
  },
  async "repeats are answered with the first result"() {
    const repeated = event(0);
    const first = await client.appendToStream(`${stream}-r`, repeated, expect(NO_STREAM));
    await client.appendToStream(`${stream}-r`, event(1), expect(0n));
    assert.deepEqual((await client.appendToStream(`${stream}-r`, repeated, expect(NO_STREAM))).position, first.position);
  },
  async "another revision than expected"() {
    await assert.rejects(client.appendToStream(stream, event(2), expect(NO_STREAM)), sdk.WrongExpectedVersionError);
    await assert.rejects(client.appendToStream(stream, event(2), expect(7n)), sdk.WrongExpectedVersionError);
  },
  async "an append with credentials of its own"() {
    await client.appendToStream(stream, event(2), { ...expect(1n), credentials: { username: "admin", password: "changeit" } });
  },
  async "reads of a stream"() {
    const forwards = await read(client.readStream(stream, { direction: FORWARDS, fromRevision: START }));
    assert.deepEqual(forwards.map((e) => [e.revision, e.data, e.metadata, e.type]), [0, 1, 2].map((n) => [BigInt(n), { n }, { by: "node" }, "thing-happened"]));
    assert.ok(Math.abs(forwards[0].created - Date.now()) < 60_000);
    const last = await read(client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));
    assert.deepEqual(last.map((e) => e.revision), [2n]);
    await assert.rejects(read(client.readStream(randomUUID())), sdk.StreamNotFoundError);
  },
  async "reads of all"() {
    // only the younger client filters on the server here
    const filter = sdk.streamNameFilter({ prefixes: [`${stream}-`] });
    const all = await read(client.readAll({ fromPosition: START, filter }));
    assert.equal(all.filter(({ streamId }) => streamId.startsWith(`${stream}-`)).length, 52);
    const [last] = await read(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    assert.ok(last.position.commit >= all.at(-1).position.commit);
  },
  async "subscriptions"() {
    const toAll = client.subscribeToAll({ fromPosition: START, filter: sdk.streamNameFilter({ prefixes: [stream], checkpointInterval: 1 }) });
    const toStream = client.subscribeToStream(stream, { fromRevision: 0n });
    const collected = Promise.all([collect(toAll, 56), collect(toStream, 3)]);
    await client.appendToStream(stream, event(3), expect(2n));
    assert.deepEqual((await collected)[1], [1n, 2n, 3n]);
    await Promise.all([toAll.unsubscribe(), toStream.unsubscribe()]);
  },
  async "stream metadata"() {
    await client.setStreamMetadata(stream, { maxCount: 2 });
    assert.equal((await client.getStreamMetadata(stream)).metadata.maxCount, 2);
    assert.deepEqual((await read(client.readStream(stream))).map((e) => e.revision), [2n, 3n]);
  },
  async "deletion"() {
    await client.deleteStream(stream, expect(3n));
    await assert.rejects(read(client.readStream(stream)), sdk.StreamNotFoundError);
    assert.equal((await client.appendToStream(stream, event(4), expect(NO_STREAM))).nextExpectedRevision, 4n);
    await client.tombstoneStream(stream);
    await assert.rejects(client.appendToStream(stream, event(5)), sdk.StreamDeletedError);
  },
};

for (const [what, check] of Object.entries(checks)) {
  await check();
  console.log(`ok ${what}`);
}
process.exit(0);
