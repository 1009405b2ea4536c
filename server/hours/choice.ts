// SPDX-License-Identifier: AGPL-3.0-or-later
// Of which project, which team, or both at once a page of hours is.
import type { Request } from 'express'
import type { Choice } from '../../db/queries/hours-figures.ts'
import type { Reach } from '../../db/queries/hours-reach.ts'
import { NotFound } from '../web/errors.ts'
import { query } from '../web/handler.ts'
import { addressWith } from '../web/paging.ts'
import { reachesChoice } from './policy.ts'

export type AskedFor = { project: string; team: string }

/** The ids of a project and of a team, as the address or the form names them; '' for none. */
export function askedFor(req: Request): AskedFor {
  const sent = req.body as { project?: unknown; team?: unknown } | undefined
  return { project: String(sent?.project ?? query(req, 'project')), team: String(sent?.team ?? query(req, 'team')) }
}

/**
 * What a page is about: a project, a team, or both at once, as it was asked for; of whoever reaches some only, what they
 * reach, which a further choice makes less. @throws NotFound for what is beyond.
 */
export function choiceAsked(reach: Reach, { project, team }: AskedFor): Choice {
  if (reach === 'everyone') return { projectId: project || undefined, teamId: team || undefined }
  const { projects, teams } = reach
  if (team !== '' && !teams.includes(team)) throw new NotFound()
  const isOwn = projects.includes(project)
  const projectId = project || (team === '' ? projects[0] : undefined)
  const teamId = team || (isOwn || (project === '' && projectId) ? undefined : teams[0])
  if (!reachesChoice(reach, { projectId, teamId })) throw new NotFound()
  return { projectId, teamId }
}

/** The same in addresses, and in the form that filters. */
export const inAddress = ({ projectId = '', teamId = '' }: Choice): AskedFor => ({ project: projectId, team: teamId })

/** The address of a page about the same part, or about all. */
export const addressIn = (
  part: { choice: Choice } | undefined,
  path: string,
  more: Record<string, string> = {},
): string => addressWith(path, { ...inAddress(part?.choice ?? {}), ...more })
