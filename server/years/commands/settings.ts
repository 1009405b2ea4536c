// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation, findFact, saveFact } from '../../../db/queries/association.ts'
import { findInForce, findYear, saveYear, type YearRow } from '../../../db/queries/years.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Refused } from '../../web/errors.ts'
import { transact, type Handle } from '../../web/transact.ts'
import type { YearInput } from '../forms.ts'
import { mayCloseYears } from '../policy.ts'
import { usualAccounts, type HoursYear } from '../rules.ts'

const MONTH = 'hours year begins in month'

/** 1 to 12: January without another choice. */
export async function firstMonth(db: Handle): Promise<number> {
  return Number((await findFact(db, MONTH)) ?? 1)
}

/** Years that are closed stay as they are. @throws Forbidden */
export async function setFirstMonth(deps: Deps, viewer: Viewer, month: number): Promise<void> {
  if (!mayCloseYears(viewer)) throw new Forbidden()
  await transact(deps, (tx) => saveFact(tx, MONTH, String(month)))
}

export type YearSettings = Omit<YearRow, 'from_day' | 'until_day' | 'updated_at'>

/** What was typed about a year, or what counts before anything was. */
export async function readYear(db: Handle, year: HoursYear): Promise<YearSettings> {
  const known = await findYear(db, year)
  if (known) return known
  const { country } = await getAssociation(db)
  const { debit, credit } = usualAccounts(country)
  return {
    // In Québec hours are given a value by those who choose so (Handbook, part III, 4410).
    is_valued: country === 'FR' ? 1 : 0,
    why: '',
    method_note: '',
    debit_account: debit,
    credit_account: credit,
    budget_cents: null,
    subsidies_cents: null,
    others_cents: null,
  }
}

/** @throws Forbidden; Refused when the year, or a part of it, is closed. */
export async function setYear(deps: Deps, viewer: Viewer, year: HoursYear, input: YearInput): Promise<void> {
  if (!mayCloseYears(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (await findInForce(tx, year)) throw new Refused('years.refused.settled')
    await saveYear(tx, {
      from_day: year.from,
      until_day: year.until,
      is_valued: input.valued === 'yes' ? 1 : 0,
      why: input.why,
      method_note: input.method_note,
      debit_account: input.debit_account,
      credit_account: input.credit_account,
      budget_cents: input.budget,
      subsidies_cents: input.subsidies,
      others_cents: input.others,
      updated_at: deps.clock.iso(),
    })
  })
}
