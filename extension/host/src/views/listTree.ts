// A flat tree view whose rows are known by their ids.
import * as vscode from "vscode";
import { changes } from "./changes";

export interface ListTreeParts<K extends string | number, T extends { id: K }> {
  viewId: string;
  row: (item: T) => vscode.TreeItem;
  /** How often, and which rows are drawn anew because time goes by. */
  tickMs: number;
  isTicking: (item: T) => boolean;
}

export class ListTree<K extends string | number, T extends { id: K }> implements vscode.Disposable {
  readonly view: vscode.TreeView<K>;
  readonly #changed = new vscode.EventEmitter<K[] | undefined>();
  readonly #ticking: NodeJS.Timeout;
  #items: readonly T[] = [];

  constructor({ viewId, row, tickMs, isTicking }: ListTreeParts<K, T>) {
    this.view = vscode.window.createTreeView<K>(viewId, {
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: (parent) => (parent === undefined ? this.#items.map(({ id }) => id) : []),
        getTreeItem: (id) => {
          const item = this.#items.find((one) => one.id === id);
          return item === undefined ? new vscode.TreeItem("") : row(item);
        },
      },
    });
    this.#ticking = setInterval(() => {
      if (this.view.visible) this.#redraw(this.#items.filter(isTicking).map(({ id }) => id));
    }, tickMs);
  }

  show(items: readonly T[]): void {
    const changed = changes<K, T>(this.#items, items);
    this.#items = items;
    if (changed === "all") this.#changed.fire(undefined);
    else this.#redraw(changed);
  }

  dispose(): void {
    clearInterval(this.#ticking);
    this.view.dispose();
    this.#changed.dispose();
  }

  #redraw(ids: readonly K[]): void {
    if (ids.length > 0) this.#changed.fire([...ids]);
  }
}
