// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FieldFault } from '../errors.ts'

/** Thrown while a workbook is read: what is said about it. */
export class WorkbookFault extends Error {
  readonly fault: FieldFault
  constructor(fault: FieldFault) {
    super('the workbook cannot be read')
    this.fault = fault
  }
}

export const broken = () => new WorkbookFault('form.table.workbook_broken')
export const heavy = () => new WorkbookFault('form.table.workbook_heavy')

const MOST_PARTS = 5000

/** @param count of what is kept of a workbook beside its cells: files, sheets, links between them. @throws WorkbookFault. */
export function refuseMany(count: number): void {
  if (count > MOST_PARTS) throw heavy()
}
