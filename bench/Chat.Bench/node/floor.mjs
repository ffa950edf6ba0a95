// The official client doing what the adapter is measured at: node floor.mjs append|latency <connection string> <appenders or events> <seconds>
import { randomUUID } from "node:crypto";
import { EventStoreDBClient, NO_STREAM, END, jsonEvent, streamNameFilter } from "@eventstore/db-client";

const [, , what, connectionString, count, seconds] = process.argv;
const client = EventStoreDBClient.connectionString(connectionString);
const event = () => jsonEvent({ id: randomUUID(), type: "message-sent.v1", data: { text: "x".repeat(220) }, metadata: { pad: "x".repeat(180) } });

async function append(appenders, length) {
  const one = async () => {
    const stream = `conversation-${randomUUID()}`;
    const took = [];
    for (let expectedRevision = NO_STREAM; performance.now() < end; ) {
      const asked = performance.now();
      expectedRevision = (await client.appendToStream(stream, event(), { expectedRevision })).nextExpectedRevision;
      took.push(performance.now() - asked);
    }
    return took;
  };
  const started = performance.now();
  const end = started + length * 1000;
  const took = (await Promise.all(Array.from({ length: appenders }, one))).flat().sort((a, b) => a - b);
  return { perSecond: took.length / ((performance.now() - started) / 1000), p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)] };
}

async function latency(events) {
  const stream = `conversation-${randomUUID()}`;
  const subscription = client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: ["conversation-"] }) });
  let arrived;
  subscription.on("data", ({ event }) => event?.streamId === stream && arrived?.(performance.now()));
  await new Promise((resolve) => subscription.once("confirmation", resolve));
  const took = [];
  for (let i = 0; i < events; i++) {
    const arrival = new Promise((resolve) => (arrived = resolve));
    const asked = performance.now();
    await client.appendToStream(stream, event());
    took.push((await arrival) - asked);
  }
  await subscription.unsubscribe();
  took.sort((a, b) => a - b);
  return { perSecond: 0, p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)] };
}

if (what === "append") await append(Number(count), 1); // connections, JIT
else await latency(50);
console.log(JSON.stringify(what === "append" ? await append(Number(count), Number(seconds)) : await latency(Number(count))));
process.exit(0);
