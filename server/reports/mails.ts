// SPDX-License-Identifier: AGPL-3.0-or-later
import { listPeopleWith } from '../../db/queries/people.ts'
import type { ReportRow } from '../../db/queries/reports.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail, enqueueSome } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import { readersOf } from '../moderation/mails.ts'
import type { ReportOutcome } from '../model/report.ts'
import type { Tx } from '../web/transact.ts'

/** How many are written to about one, so that a transaction stays short. */
const MOST_TOLD = 8

const coordinators = async (tx: Tx) => inCharge(await listPeopleWith(tx, 'offers'), 'offers')

/** Says that there is one; what was written stands on the page only. */
export async function tellDesk(
  tx: Tx,
  deps: Deps,
  { id, origin, title }: Pick<ReportRow, 'id' | 'origin' | 'title'>,
): Promise<void> {
  const readers = origin === 'member' ? await readersOf(tx) : await coordinators(tx)
  const link = `${deps.config.publicUrl}/reports/${id}`
  const mails = readers
    .filter(({ email }) => email !== '')
    .slice(0, MOST_TOLD)
    .map((one) => ({
      dedupe: `report:${id}:received:${one.id}`,
      to: one.email,
      name: fullName(one),
      locale: one.locale,
      template: 'reports/received' as const,
      notice: { kind: 'reports' as const, link, of: one },
      params: { name: one.given_name, offer: title, link },
    }))
  await enqueueSome(tx, deps, mails)
}

/** To whoever reported it. Without what was said: the mailbox may be of somebody else than the person who wrote it. */
export async function mailOutcome(
  tx: Tx,
  deps: Deps,
  { id, email, locale, title }: ReportRow,
  { state, answer }: { state: ReportOutcome; answer: string },
): Promise<void> {
  const t = deps.i18n.for(locale as Parameters<Deps['i18n']['for']>[0])
  await enqueueMail(tx, deps, {
    dedupe: `report:${id}:decided`,
    to: email,
    locale,
    template: 'reports/decided',
    about: `report:${id}`,
    params: { offer: title, outcome: t.code('mail.reports.outcome', state), word: answer },
  })
}
