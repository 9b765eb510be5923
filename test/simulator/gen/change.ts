import { randomUUID } from "node:crypto";
import type { ChangeSet, Sheet } from "../world/sheet.ts";

/** Makes a change that `undo` can take back. Returns its change set. */
export function change(sheet: Sheet, { undo, redo }: Pick<ChangeSet, "undo" | "redo">): ChangeSet {
  const set: ChangeSet = { id: randomUUID(), undo, redo };
  redo();
  sheet.revision++;
  sheet.done.push(set);
  sheet.undone = [];
  return set;
}

/** Sets members of one thing, undoably. Other members stay. */
export function assign<T extends object>(sheet: Sheet, target: T, next: Partial<T>): ChangeSet {
  const before = Object.fromEntries(Object.keys(next).map((name) => [name, target[name as keyof T]]));
  return change(sheet, {
    redo: () => void Object.assign(target, next),
    undo: () => void Object.assign(target, before),
  });
}

/** Puts one thing into a list, undoably. */
export function insert<T>(sheet: Sheet, list: T[], item: T): ChangeSet {
  return change(sheet, { redo: () => void list.push(item), undo: () => void list.splice(list.indexOf(item), 1) });
}

export function remove<T>(sheet: Sheet, list: T[], item: T): ChangeSet {
  const index = list.indexOf(item);
  return change(sheet, { redo: () => void list.splice(index, 1), undo: () => void list.splice(index, 0, item) });
}
