// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../db/queries/events.ts'
import { findItemOfOffer } from '../../db/queries/moderation.ts'
import * as reports from '../../db/queries/reports.ts'
import type { Deps } from '../deps.ts'
import type { Viewer } from '../model/viewer.ts'
import { suspendIn } from '../moderation/commands/decide.ts'
import { TRAP, emailKey } from '../web/fields.ts'
import { Conflict, Forbidden, NotFound, Refused } from '../web/errors.ts'
import { makeOnce, type SentForm } from '../web/once.ts'
import { transact, transactInParts, type Tx } from '../web/transact.ts'
import type { Decision, ReportInput } from './forms.ts'
import { mailOutcome, tellDesk } from './mails.ts'
import { mayTend } from './policy.ts'

type About = Pick<reports.ReportRow, 'origin' | 'offer_uri' | 'public_id' | 'title' | 'association_name'>
type Setting = { locale: string; personId: string | null }

/** No mail leaves for the mailbox that was given, which nobody has proved, before a person decides. @returns the id. */
export async function reportOffer(
  deps: Deps,
  input: ReportInput,
  about: About,
  setting: Setting,
  sent?: SentForm,
): Promise<string> {
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const [id, at] = [deps.newId(), deps.clock.iso()]
      const { [TRAP]: _, form_id: __, ...said } = input
      await reports.insertReport(tx, {
        id,
        state: 'open',
        ...about,
        ...said,
        email_key: emailKey(said.email),
        locale: setting.locale,
        person_id: setting.personId,
        created_at: at,
        updated_at: at,
      })
      const details = { offer: about.offer_uri }
      await record(tx, { type: 'report.received', at, actorId: setting.personId, subject: id, details })
      await tellDesk(tx, deps, { id, ...about })
      return id
    }),
  )
}

/** @throws Forbidden, NotFound. */
export async function loadReport(tx: Tx | Deps['db'], viewer: Viewer, id: string): Promise<reports.ReportRow> {
  if (!mayTend(viewer)) throw new Forbidden()
  const found = await reports.findReport(tx, id)
  if (!found) throw new NotFound()
  return found
}

/** Of one offer, each with its mail: so a transaction stays short. */
const AT_ONCE = 10

/**
 * Decides the report, and of those that were read with it (`also`) the ones that are open about the same offer.
 * @throws Conflict when a colleague decided otherwise; what suspendIn throws.
 */
export async function decideReport(deps: Deps, viewer: Viewer, id: string, decision: Decision): Promise<void> {
  const offer = await transact(deps, async (tx) => {
    const found = await loadReport(tx, viewer, id)
    if (found.state === decision.decision) return undefined
    if (found.state !== 'open') throw new Conflict('reports.conflict')
    if (decision.decision === 'suspended') {
      const item = found.origin === 'member' ? await findItemOfOffer(tx, found.offer_uri) : undefined
      if (!item) throw new Refused('moderation.refused.not_now')
      await suspendIn(tx, deps, viewer, item.id, decision)
    }
    await settle(tx, deps, viewer, found, decision)
    return found.offer_uri
  })
  if (offer === undefined) return
  await transactInParts(deps, async (tx) => {
    const others = await reports.listOpenAmong(tx, offer, decision.also, AT_ONCE)
    for (const other of others) await settle(tx, deps, viewer, other, decision)
    return others.length
  })
}

async function settle(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  report: reports.ReportRow,
  { decision: state, answer }: Decision,
): Promise<void> {
  const at = deps.clock.iso()
  await reports.saveReport(tx, report.id, { state, answer, decided_by: viewer.personId, updated_at: at })
  const details = { offer: report.offer_uri, state }
  await record(tx, { type: 'report.decided', at, actorId: viewer.personId, subject: report.id, details })
  if (report.email !== '') await mailOutcome(tx, deps, report, { state, answer })
}
