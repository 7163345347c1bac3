/** Where a rule looks, and who is shown every such place (flow.ts does the showing). */
import type { Names } from './names.ts';
import type { MaybeTaint } from './taint.ts';
import type { Texts } from './text.ts';
import type { PyNode } from './tree.ts';

/** One node, and what is known at that point. */
export interface Site {
  readonly node: PyNode;
  readonly names: Names;
  readonly texts: Texts;
  readonly module: PyNode;
  /** The function around it; null at the top level. */
  readonly inFunction: PyNode | null;
  /** That function answers HTTP requests. */
  readonly isRoute: boolean;
  taint(node: PyNode): MaybeTaint;
}

export type Visit = (site: Site) => void;
