// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import * as cec from '../../../db/queries/cec.ts'
import { record } from '../../../db/queries/events.ts'
import type { Reach } from '../../../db/queries/hours-reach.ts'
import { listApproved, listCategories } from '../../../db/queries/hours.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { mayKeepCategories } from '../../hours/policy.ts'
import type { Viewer } from '../../model/viewer.ts'
import { isDay } from '../../web/fields.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import type { StepInput } from '../forms.ts'
import { isCecHere, mayDecideOf, mayValidateCec, reachToValidate } from '../policy.ts'
import { allOf, CEC_ROLES, createCecSums, daysFor, nextState, rulesOf, type CecAction, type CecRole } from '../rules.ts'

/** The activities that count, by their id; archived ones too, because their hours stay. */
export async function readRoles(db: Handle): Promise<Map<string, CecRole>> {
  const rows = await listCategories(db, { archived: true })
  return new Map(rows.flatMap(({ id, cec_role }) => (cec_role === '' ? [] : [[id, cec_role] as const])))
}

/** Approved minutes of one person in a civil year that count. */
export async function minutesOf(db: Handle, personId: string, year: number) {
  const sums = createCecSums(await readRoles(db))
  sums.add(await listApproved(db, year, personId))
  return sums.of(personId)
}

/** @throws NotFound elsewhere than in France, and for a year without rules. */
async function readTime(tx: Tx, deps: Deps, year: number) {
  const association = await getAssociation(tx)
  const rules = rulesOf(year)
  if (!isCecHere(association) || !rules) throw new NotFound()
  const today = dateIn(association.time_zone, deps.clock.now())
  if (year > Number(today.slice(0, 4))) throw new NotFound()
  return { rules, today }
}

const fresh = (personId: string, year: number, at: string) =>
  ({ person_id: personId, year, state: 'begun', updated_at: at }) as const

/** Which activities count, and as what; '' for one that does not. @throws Forbidden, NotFound. */
export async function setCecRole(deps: Deps, viewer: Viewer, categoryId: string, role: string): Promise<void> {
  if (!mayKeepCategories(viewer)) throw new Forbidden()
  const known = ([...CEC_ROLES, ''] as const).find((one) => one === role)
  if (known === undefined) throw new NotFound()
  await transact(deps, async (tx) => {
    if (!isCecHere(await getAssociation(tx))) throw new NotFound()
    if (!(await listCategories(tx, { archived: true })).some(({ id }) => id === categoryId)) throw new NotFound()
    await cec.saveCecRole(tx, categoryId, known)
  })
}

/** What the person gave to other associations, as they say; it is for their own gauge. */
export async function setElsewhere(deps: Deps, viewer: Viewer, year: number, minutes: number): Promise<void> {
  const { personId } = viewer
  if (personId === null) throw new Forbidden()
  await transact(deps, async (tx) => {
    await readTime(tx, deps, year)
    const now = deps.clock.iso()
    const known = (await cec.findFile(tx, personId, year)) ?? fresh(personId, year, now)
    await cec.saveFile(tx, { ...known, elsewhere_minutes: minutes, updated_at: now })
  })
}

/** Somebody says that they declared their hours on that day. Said twice, it is said once. @throws Invalid, Refused. */
export function declare(deps: Deps, viewer: Viewer, year: number, day: string): Promise<void> {
  const { personId } = viewer
  if (personId === null) throw new Forbidden()
  return move(deps, viewer, { personId, year, input: { action: 'declare', day, reason: '' } })
}

/** What the validator notes. @throws Forbidden, NotFound, Invalid, Refused. */
export function takeStep(deps: Deps, viewer: Viewer, personId: string, year: number, input: StepInput): Promise<void> {
  if (!mayValidateCec(viewer)) throw new Forbidden()
  return move(deps, viewer, { personId, year, input, reach: reachToValidate(viewer), isValidator: true })
}

const FACTS = {
  tell: 'cec.told',
  declare: 'cec.declared',
  validate: 'cec.validated',
  refuse: 'cec.refused',
  reopen: 'cec.reopened',
} as const satisfies Record<CecAction, string>

/** `reach`: whose declarations may be moved; everybody's for one's own. `isValidator`: not as the one who declares. */
type Move = { personId: string; year: number; input: StepInput; reach?: Reach; isValidator?: true }

async function move(deps: Deps, viewer: Viewer, given: Move): Promise<void> {
  const { personId, year, input, reach = 'everyone' } = given
  await transact(deps, async (tx) => {
    const { rules, today } = await readTime(tx, deps, year)
    const person = await findPerson(tx, personId)
    if (!person || person.restricted_at) throw new NotFound()
    if ((await cec.listWithinReach(tx, [personId], reach, year)).length === 0) throw new NotFound()
    if (given.isValidator && !mayDecideOf(viewer, personId, await cec.countOtherValidators(tx, personId, year)))
      throw new Refused('cec.refused.own')
    const now = deps.clock.iso()
    const file = (await cec.findFile(tx, personId, year)) ?? fresh(personId, year, now)
    const { action } = input
    const minutes = allOf(await minutesOf(tx, personId, year))
    const state = nextState(file.state, action)
    // Pressed twice: what it says is noted already.
    if (state === undefined && isDone(file.state, action)) return
    if (state === undefined) throw new Refused('cec.refused.state')
    if (minutes <= 0 && action !== 'reopen') throw new Refused('cec.refused.no_hours')
    const day = dayOf(input, daysFor(action === 'declare' ? 'declare' : 'decide', rules, year, today), today)
    await cec.saveFile(tx, {
      ...file,
      state,
      ...changesOf(input, { day, now, minutes, by: viewer.personId }),
      updated_at: now,
    })
    const fact = { at: now, actorId: viewer.personId, subject: personId }
    await record(tx, { ...fact, type: FACTS[action], details: { year } })
  })
}

const DONE: Record<CecAction, readonly string[]> = {
  tell: ['told'],
  declare: ['declared'],
  validate: ['validated'],
  refuse: ['refused'],
  reopen: ['declared'],
}
const isDone = (state: string, action: CecAction) => DONE[action].includes(state)

/** @throws Invalid for a day that cannot be. */
function dayOf({ action, day }: StepInput, { from, until }: { from: string; until: string }, today: string): string {
  if (action === 'tell' || action === 'reopen') return today
  if (!isDay(day)) throw new Invalid({ day: 'hours.error.day_missing' })
  if (day < from || day > until)
    throw new Invalid({ day: action === 'declare' ? 'cec.error.declared_on' : 'cec.error.decided_on' })
  return day
}

type About = { day: string; now: string; minutes: number; by: string | null }

function changesOf({ action, reason }: StepInput, { day, now, minutes, by }: About): Partial<cec.CecFile> {
  if (action === 'tell') return { told_at: now }
  if (action === 'declare') return { declared_on: day }
  const open = { decided_on: null, decided_by: null, decided_minutes: null, reason: '' }
  return action === 'reopen' ? open : { decided_on: day, decided_by: by, decided_minutes: minutes, reason }
}
