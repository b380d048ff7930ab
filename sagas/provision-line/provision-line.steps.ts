import type { ProvisionLineSteps } from "./generated/provision-line.saga.ts";
import { Participant } from "./participants.ts";

const ports = new Participant("port");
const boxes = new Participant("box");
const contracts = new Participant("contract");
/** By port: the serial of the box that it was set up for. */
const configured = new Map<string, string>();

export const steps: ProvisionLineSteps = {
  network: {
    async reservePort({ orderId, site }, ctx) {
      const exchange = `exchange ${site.zip.slice(0, 2)}`;
      if (ports.kept.length >= 512) throw ctx.fail("NoCapacity", { exchange });
      return { port: ports.keep(ctx.idempotencyKey, orderId).what, exchange };
    },
    /** Undoes `reservePort`. */
    async freePort({ orderId }) {
      ports.letGo(orderId);
    },
    async configure({ port, serial }) {
      configured.set(port, serial);
    },
    /** Undoes `configure`. */
    async reset({ port }) {
      configured.delete(port);
    },
    /** Runs `look`. */
    async measure({ port }) {
      const online = configured.has(port);
      return { online, speed: online ? 250 : 0 };
    },
  },
  warehouse: {
    async sendBox({ orderId }, ctx) {
      return { serial: boxes.keep(ctx.idempotencyKey, orderId).what };
    },
    /** Undoes `sendBox`, `sendAnother`. */
    async callBack({ orderId }) {
      boxes.letGo(orderId);
    },
    /** Runs `sendAnother`. */
    async sendExpress({ orderId }, ctx) {
      return { serial: boxes.keep(ctx.idempotencyKey, orderId).what };
    },
  },
  billing: {
    async startContract({ customer }, ctx) {
      return { contractId: contracts.keep(ctx.idempotencyKey, customer).what };
    },
  },
};
