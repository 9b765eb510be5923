import type { StoredEntry } from "../../src/clients/stored-entry.ts";
import { type Finding, open, right, wrong } from "./finding.ts";

/** `suffix`: ` --remote` for the deployed Worker's. Pure. */
export function checkClients(entries: readonly StoredEntry[], now: number, suffix: string): Finding[] {
  const name = "Clients";
  const add = `npm run clients -- add web --scopes read,generate --agents 42${suffix}`;
  const clients = entries.filter(({ kind }) => kind === "client");
  if (clients.length === 0) return [suffix === "" ? open(name, "None but that of `npm start`.", add) : noClients(add)];
  const unreadable = entries.filter(({ policy }) => policy === null);
  const isOver = ({ policy }: StoredEntry) => policy !== null && policy.expiresAt !== null && policy.expiresAt <= now;
  const expired = clients.filter(isOver);
  const hasOperator = clients.some((each) => each.policy?.scopes.includes("operator") && !isOver(each));
  const revoke = (id: string) => `npm run clients -- revoke ${id}${suffix}`;
  return [
    right(name, `There are ${clients.length}.`),
    ...unreadable.map(({ id }) => wrong(name, `${id} can't be read: its key is refused.`, revoke(id))),
    ...expired.map(({ id, policy }) => open(name, `"${policy?.name}" has expired.`, revoke(id))),
    ...(hasOperator
      ? []
      : [
          open(
            name,
            "None has the scope operator.",
            `npm run clients -- add operator --scopes operator,pipelines --agents '*'${suffix}`,
          ),
        ]),
  ];
}

function noClients(add: string): Finding {
  return wrong("Clients", "There are none: every call is refused.", `Open the set-up page at /, or ${add}`);
}
