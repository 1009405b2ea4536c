// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { deleteIncidentsBefore, findIncident, insertIncident, updateIncident } from '../../../db/queries/incidents.ts'
import { monthsFrom } from '../../applications/rules.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, transactInParts, type Tx } from '../../web/transact.ts'
import { mayKeepPrivacyDesk } from '../policy.ts'
import type { IncidentInput } from './forms.ts'
import { dayFaults, INCIDENT_YEARS } from './rules.ts'

/** @returns its id. @throws Forbidden, Invalid for days that cannot be. */
export async function noteIncident(deps: Deps, viewer: Viewer, input: IncidentInput, sent: SentForm): Promise<string> {
  if (!mayKeepPrivacyDesk(viewer)) throw new Forbidden()
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await refuseDays(tx, deps, input)
      const [id, at] = [deps.newId(), deps.clock.iso()]
      await insertIncident(tx, { id, ...columns(input), created_at: at, updated_at: at })
      await record(tx, { type: 'incident.noted', at, actorId: viewer.personId, subject: id })
      return id
    }),
  )
}

/** @throws Forbidden, Invalid, NotFound, Conflict when somebody else changed it since `version`. */
export async function changeIncident(
  deps: Deps,
  viewer: Viewer,
  { id, version }: { id: string; version: number },
  input: IncidentInput,
): Promise<void> {
  if (!mayKeepPrivacyDesk(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await findIncident(tx, id))) throw new NotFound()
    await refuseDays(tx, deps, input)
    const at = deps.clock.iso()
    if (!(await updateIncident(tx, id, { ...columns(input), updated_at: at }, version))) throw new Conflict()
    await record(tx, { type: 'incident.changed', at, actorId: viewer.personId, subject: id })
  })
}

async function refuseDays(tx: Tx, deps: Deps, input: IncidentInput): Promise<void> {
  const { time_zone: zone } = await getAssociation(tx)
  const faults = dayFaults(input, dateIn(zone, deps.clock.now()))
  if (Object.keys(faults).length > 0) throw new Invalid(faults)
}

function columns({ is_serious, ...rest }: IncidentInput) {
  return { ...rest, is_serious: is_serious === 'yes' ? (1 as const) : (0 as const) }
}

/** Job. */
export async function forgetOldIncidents(deps: Deps): Promise<void> {
  const instant = monthsFrom(deps.clock.iso(), -12 * INCIDENT_YEARS)
  await transactInParts(deps, (tx, most) => deleteIncidentsBefore(tx, { day: instant.slice(0, 10), instant }, most))
}
