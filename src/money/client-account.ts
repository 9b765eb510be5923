/**
 * One client's daily quota in an earlier version: charged calls and their credits, of a day (UTC). Nothing is reserved
 * here any more. On the day of the update the ledger counts what is left; a call that ends moves into the ledger.
 */
import { DurableObject } from "cloudflare:workers";
import type { AccountUsage } from "./budget.ts";

export class ClientAccount extends DurableObject<Env> {
  async release({ callId, epoch }: { callId: string; epoch: number }): Promise<void> {
    if (!this.#isOpen()) return;
    this.ctx.storage.sql.exec("UPDATE charges SET state = 'released' WHERE call = ? AND epoch = ?", callId, epoch);
  }

  async usage(): Promise<AccountUsage> {
    if (!this.#isOpen()) return { calls: 0, credits: 0 };
    const calls = this.#columns().includes("calls INTEGER") ? "TOTAL(calls)" : "COUNT(*)";
    const query = `SELECT ${calls} AS calls, TOTAL(credits) AS credits FROM charges WHERE state <> 'released'`;
    const row = this.ctx.storage.sql.exec(query).one();
    return { calls: Number(row.calls), credits: Number(row.credits) };
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #isOpen(): boolean {
    return this.#columns() !== "";
  }

  /** Empty when nothing was ever reserved. */
  #columns(): string {
    const [table] = this.ctx.storage.sql.exec("SELECT sql FROM sqlite_master WHERE name = 'charges'").toArray();
    return table === undefined ? "" : String(table.sql);
  }
}
