// An agency's program in JavaScript, to be copied: it knows the published page and kafkajs.
//
// It finds nothing in any register: where yours looks people up, `answer` says that nothing is known.
// It answers at once, so an amendment, which only changes what has been asked, needs nothing of it.

import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import kafkajs from "kafkajs";

const COPIED = [
  "request_id", "enquiry_id", "contact_id", "council", "agency", "urgency", "lane", "request_hash",
];
const { values: options } = parseArgs({
  options: {
    agency: { type: "string" },
    kafka: { type: "string" },
    ca: { type: "string" },
    certificate: { type: "string" },
    ledger: { type: "string" },
  },
});
const topic = (what) => `agency.${options.agency}.${what}.v1`;
const say = (sentence) => process.stderr.write(`${sentence}\n`);

// Every reply that was made, kept before it leaves: asked again, the same is said again.
class Ledger {
  constructor(file) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const whole = text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    this.replies = new Map(whole.map((reply) => [reply.request_id, reply]));
    this.file = openSync(file, "a");
  }

  keep(reply) {
    this.replies.set(reply.request_id, reply);
    writeSync(this.file, `${JSON.stringify(reply)}\n`);
    fsyncSync(this.file);
  }

  close() {
    closeSync(this.file);
  }
}

// What the hub took back, and how far its topic has been read.
class Cancellations {
  constructor(kafka, admin) {
    this.kafka = kafka;
    this.admin = admin;
    this.ids = new Set();
    this.next = 0n;
    this.waiting = [];
  }

  async start() {
    this.consumer = await listen(this.kafka, "cancellation", ".cancellation");
    await this.consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic: from, partition, message }) => {
        const body = read(from, partition, message, ["request_id"]);
        if (body) this.ids.add(body.request_id);
        this.next = BigInt(message.offset) + 1n;
        this.waiting = this.waiting.filter(({ end, resolve }) => this.next < end || resolve());
      },
    });
    // what was known ended with the program before this one
    this.consumer.seek({ topic: topic("cancellation"), partition: 0, offset: "0" });
  }

  // Waits until everything has been read that is there now.
  async readToTheEnd() {
    const [{ low, high }] = await this.admin.fetchTopicOffsets(topic("cancellation"));
    const end = BigInt(high);
    if (BigInt(low) === end || this.next >= end) return;
    await new Promise((resolve) => this.waiting.push({ end, resolve }));
  }
}

async function listen(kafka, what, suffix) {
  const consumer = kafka.consumer({
    groupId: `agency-${options.agency}${suffix}`,
    sessionTimeout: 6000,
    heartbeatInterval: 2000,
    maxWaitTimeInMs: 200,
    readUncommitted: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topic(what), fromBeginning: true });
  return consumer;
}

// Reads a body; one that is not what its topic is for is passed over, by its place.
function read(from, partition, message, fields) {
  try {
    const body = JSON.parse(message.value.toString("utf8"));
    if (fields.every((one) => typeof body[one] === "string") && body.agency === options.agency) {
      return body;
    }
  } catch {
    // said below
  }
  say(`unreadable: ${from}/${partition}/${message.offset}`);
  return null;
}

// A name that is the same whenever it is made of the same words.
function named(words) {
  const hex = createHash("sha256").update(words).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

// Makes the reply to a request; here an agency asks its own records, and its people.
function answer(request) {
  return {
    ...Object.fromEntries(COPIED.map((name) => [name, request[name]])),
    reply_id: named(`reply:${request.request_id}`),
    occurred_at: new Date().toISOString(),
    state: "nothing_known",
    designated_professional: {
      full_name: "Robin Asante",
      role: "Designated professional on duty",
    },
  };
}

function asRecord(reply, traceparent) {
  const headers = {
    ce_specversion: "1.0",
    ce_id: reply.reply_id,
    ce_type: topic("reply"),
    ce_source: `/agencies/${options.agency}`,
    ce_time: reply.occurred_at,
    ce_subject: reply.contact_id,
    "content-type": "application/json",
  };
  if (traceparent) headers.traceparent = traceparent;
  return { key: reply.contact_id, value: JSON.stringify(reply), headers };
}

async function serve(kafka, producer, cancellations, ledger, lane) {
  const consumer = await listen(kafka, `request${lane}`, lane);
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, heartbeat }) => {
      await cancellations.readToTheEnd();
      const messages = [];
      for (const message of batch.messages) {
        const request = read(batch.topic, batch.partition, message, COPIED);
        if (!request || cancellations.ids.has(request.request_id)) continue;
        if (!ledger.replies.has(request.request_id)) ledger.keep(answer(request));
        messages.push(asRecord(ledger.replies.get(request.request_id), message.headers.traceparent));
      }
      if (messages.length) await producer.send({ topic: topic(`reply${lane}`), acks: -1, messages });
      const offset = (BigInt(batch.lastOffset()) + 1n).toString();
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      await heartbeat();
    },
  });
  return consumer;
}

async function readReceipts(kafka) {
  const consumer = await listen(kafka, "record-receipt", ".receipt");
  await consumer.run({
    eachMessage: async ({ topic: from, partition, message }) => {
      const receipt = read(from, partition, message, ["record", "became"]);
      if (receipt && ["returned", "parked"].includes(receipt.became)) {
        say(`${receipt.record} is ${receipt.became}: ${receipt.code}`);
      }
    },
  });
  return consumer;
}

function secured() {
  if (!options.ca) return {};
  const pair = readFileSync(options.certificate);
  return { ssl: { ca: [readFileSync(options.ca)], key: pair, cert: pair } };
}

const kafka = new kafkajs.Kafka({
  clientId: `agency-${options.agency}`,
  brokers: options.kafka.split(","),
  logLevel: kafkajs.logLevel.ERROR,
  ...secured(),
});
const ledger = new Ledger(options.ledger);
const producer = kafka.producer({ idempotent: true });
const admin = kafka.admin();
await Promise.all([producer.connect(), admin.connect()]);
const cancellations = new Cancellations(kafka, admin);
await cancellations.start();
const consumers = [
  cancellations.consumer,
  await serve(kafka, producer, cancellations, ledger, ""),
  await serve(kafka, producer, cancellations, ledger, ".red"),
  await readReceipts(kafka),
];
process.once("SIGTERM", async () => {
  await Promise.all(consumers.map((one) => one.disconnect()));
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  ledger.close();
});
