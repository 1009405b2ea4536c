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
