// SPDX-License-Identifier: AGPL-3.0-or-later
// Teams, and who is in them.
import { limits } from '../../../config/limits.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson } from '../../../db/queries/people.ts'
import * as teams from '../../../db/queries/teams.ts'
import type { Deps } from '../../deps.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { getOpen } from './manage.ts'

/** @throws Forbidden */
function refuseOthers(viewer: Viewer): void {
  if (!hasRight(viewer, 'manage_people')) throw new Forbidden()
}

/** @throws Invalid for a name that another team has, however it is written. */
async function refuseTaken(tx: Tx, name: string, own = ''): Promise<void> {
  const known = await teams.findTeamNamed(tx, name)
  if (known && known.id !== own) throw new Invalid({ name: 'people.teams.error.taken' })
}

/** @throws Forbidden; Invalid for a name that is taken, and for more than there may be. */
export async function addTeam(deps: Deps, viewer: Viewer, name: string, sent?: SentForm): Promise<string> {
  refuseOthers(viewer)
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await refuseTaken(tx, name)
      if ((await teams.countTeams(tx)) >= limits.mostTeams)
        throw new Invalid({ name: { key: 'people.teams.error.too_many', params: { most: limits.mostTeams } } })
      const row = { id: deps.newId(), name, created_at: deps.clock.iso() }
      await teams.insertTeam(tx, row)
      return row.id
    }),
  )
}

/** @throws as addTeam; NotFound. */
export async function renameTeam(deps: Deps, viewer: Viewer, id: string, name: string): Promise<void> {
  refuseOthers(viewer)
  await transact(deps, async (tx) => {
    const { archived_at } = await load(tx, id)
    await refuseTaken(tx, name, id)
    await teams.saveTeam(tx, id, { name, archived_at })
  })
}

/** Its members stay, and roles for it; nobody is added, and no role for it given. @throws Forbidden, NotFound. */
export async function archiveTeam(deps: Deps, viewer: Viewer, id: string, isArchived: boolean): Promise<void> {
  refuseOthers(viewer)
  await transact(deps, async (tx) => {
    const { name } = await load(tx, id)
    await teams.saveTeam(tx, id, { name, archived_at: isArchived ? deps.clock.iso() : null })
  })
}

/** @throws Forbidden, NotFound; Invalid for a team that is archived. */
export async function joinTeam(deps: Deps, viewer: Viewer, personId: string, teamId: string): Promise<void> {
  refuseOthers(viewer)
  await transact(deps, async (tx) => {
    await getOpen(tx, personId)
    const team = await load(tx, teamId)
    if (team.archived_at !== null) throw new Invalid({ team: 'people.teams.error.none_chosen' })
    const at = deps.clock.iso()
    if (!(await teams.addMember(tx, { team_id: teamId, person_id: personId, added_at: at }))) return
    await record(tx, {
      type: 'person.team_joined',
      at,
      actorId: viewer.personId,
      subject: personId,
      details: { team: teamId },
    })
  })
}

/** @throws Forbidden, NotFound. */
export async function leaveTeam(deps: Deps, viewer: Viewer, personId: string, teamId: string): Promise<void> {
  refuseOthers(viewer)
  await transact(deps, async (tx) => {
    if (!(await findPerson(tx, personId))) throw new NotFound()
    await load(tx, teamId)
    if (!(await teams.removeMember(tx, teamId, personId))) return
    const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: personId, details: { team: teamId } }
    await record(tx, { ...fact, type: 'person.team_left' })
  })
}

async function load(tx: Tx, id: string): Promise<teams.TeamRow> {
  const team = await teams.findTeam(tx, id)
  if (!team) throw new NotFound()
  return team
}
