// SPDX-License-Identifier: AGPL-3.0-or-later
// In March, people who may declare hours of the year before are told: once each, with their figure and the steps.
import { setImmediate } from 'node:timers/promises'
import { findAssociation, type AssociationRow } from '../../db/queries/association.ts'
import { findFile, saveFile } from '../../db/queries/cec.ts'
import { record } from '../../db/queries/events.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { choiceFor } from '../model/notice-choices.ts'
import { fullName } from '../model/person.ts'
import type { Locale } from '../text/i18n.ts'
import { transact } from '../web/transact.ts'
import { identifierOf } from './pages/parts.ts'
import { isCecHere } from './policy.ts'
import { allOf, datesOf, isSeason, rulesOf, yearToDeclare, type CecRules } from './rules.ts'
import { readYear, type CecLine } from './year.ts'

export async function tellOfCec(deps: Deps): Promise<void> {
  const association = await findAssociation(deps.db)
  if (!association || !isCecHere(association)) return
  const today = dateIn(association.time_zone, deps.clock.now())
  const year = yearToDeclare(today)
  const rules = rulesOf(year)
  if (!isSeason(today) || !rules) return
  for (const line of await readYear(deps, year, rules)) {
    if (!mayTell(line)) continue
    await tell(deps, association, { line, year, rules, today })
    await setImmediate()
  }
}

/** Whoever wants no such message finds the same on their page, and the validator sees that they were not told. */
function mayTell({ person, file, gauge }: CecLine): boolean {
  const isNew = file === undefined || file.state === 'begun'
  const isWanted = person.email !== '' && choiceFor(person.notice_choices, 'hours') !== 'none'
  return isNew && isWanted && (gauge.isReached || gauge.isPossible)
}

type Telling = { line: CecLine; year: number; rules: CecRules; today: string }

async function tell(deps: Deps, association: AssociationRow, { line, year, rules, today }: Telling): Promise<void> {
  const { person, minutes, gauge } = line
  const t = deps.i18n.for(person.locale as Locale, association.time_zone, today)
  const dates = datesOf(rules, year)
  const url = `${deps.config.publicUrl}/my/cec?year=${year}`
  const params = {
    year: String(year),
    hours: t.minutes(allOf(minutes)),
    association: association.name,
    name: person.given_name,
    enough: gauge.isReached
      ? t('mail.cec.march.enough')
      : t('mail.cec.march.left', { hours: t.minutes(gauge.leftInAll) }),
    rna: identifierOf(association, 'FR-RNA') || t('cec.number_missing'),
    siren: identifierOf(association, 'FR-SIREN') || t('cec.number_missing'),
    declare_by: t.date(dates.declareBy, 'short'),
    validate_by: t.date(dates.validateBy, 'short'),
    url,
  }
  await transact(deps, async (tx) => {
    const file = await findFile(tx, person.id, year)
    if (file && file.state !== 'begun') return
    const now = deps.clock.iso()
    const told = { person_id: person.id, year, state: 'told', told_at: now, updated_at: now } as const
    await saveFile(tx, { elsewhere_minutes: file?.elsewhere_minutes ?? 0, ...told })
    await record(tx, { type: 'cec.told', at: now, actorId: null, subject: person.id, details: { year } })
    await enqueueMail(tx, deps, {
      dedupe: `cec:${year}:${person.id}`,
      to: person.email,
      name: fullName(person),
      locale: person.locale,
      template: 'cec/march',
      notice: { kind: 'hours', link: url, line: t('mail.cec.march.line', params), of: person },
      params,
    })
  })
}
