// SPDX-License-Identifier: AGPL-3.0-or-later
// Teams, roles that the association composed, and roles for one project or team.
import { personByEmail } from '../../db/queries/demo.ts'
import { listProjects } from '../../db/queries/projects.ts'
import { listTeams } from '../../db/queries/teams.ts'
import { addRole, giveRole } from '../people/commands/roles.ts'
import { addTeam, joinTeam } from '../people/commands/teams.ts'
import { emailKey } from '../web/fields.ts'
import { at, viewerWith, type Setting } from './fill.ts'

export async function fillTeams(setting: Setting): Promise<void> {
  const { deps, instance } = setting
  at(setting, 0)
  const administrator = await viewerWith(deps, 'administrator')
  const idOf = async (who: string) => {
    const { login } = instance.people.find((one) => one.login.startsWith(`${who}@`))!
    return (await personByEmail(deps.db, emailKey(login))).id
  }
  for (const { name, people } of instance.teams ?? []) {
    const team = await addTeam(deps, administrator, name)
    for (const who of people) await joinTeam(deps, administrator, await idOf(who), team)
  }
  const roles = new Map<string, string>()
  for (const role of instance.own_roles ?? []) roles.set(role.name, await addRole(deps, administrator, role))
  const parts = [...(await listTeams(deps.db)), ...(await listProjects(deps.db))]
  for (const { who, role, of } of instance.limited ?? []) {
    const where = parts.find(({ name }) => name === of)!.id
    await giveRole(deps, administrator, await idOf(who), { role: roles.get(role) ?? role, where })
  }
}
