// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import { listWithinReach } from '../../db/queries/cec.ts'
import type { Reach } from '../../db/queries/hours-reach.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { typeset } from '../attestations/typst.ts'
import { recordOpening } from '../audit/commands.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { fullName } from '../model/person.ts'
import { NotFound } from '../web/errors.ts'
import { sendPdfFile } from '../web/send-pdf.ts'
import { param, query } from '../web/handler.ts'
import { wholeNumber } from '../web/paging.ts'
import { minutesOf } from './commands/files.ts'
import { PAPERS, paperOf, type Paper } from './pages/papers.ts'
import { isCecHere, reachToValidate } from './policy.ts'
import { allOf, CEC_RULES, rulesOf } from './rules.ts'

/** @throws NotFound elsewhere than in France. */
export async function readHere(deps: Deps) {
  const association = await getAssociation(deps.db)
  if (!isCecHere(association)) throw new NotFound()
  return { association, today: dateIn(association.time_zone, deps.clock.now()) }
}

const FIRST = Math.min(...CEC_RULES.map(({ from }) => from))

/** The civil year that is asked for, or `usual`. @throws NotFound for one that has not begun, or of before the CEC. */
export function askedYear(asked: string, today: string, usual: number) {
  const year = asked === '' ? usual : wholeNumber(asked, FIRST, Number(today.slice(0, 4)))
  const rules = year === undefined ? undefined : rulesOf(year)
  if (year === undefined || !rules) throw new NotFound()
  return { year, rules }
}

/** @throws NotFound, also for somebody whose data may not be used, or whom this reach does not have in that year. */
export async function getCecPerson(deps: Deps, id: string, reach: Reach, year: number): Promise<PersonRow> {
  const person = await findPerson(deps.db, id)
  if (!person || person.member_number <= 0 || person.restricted_at) throw new NotFound()
  if ((await listWithinReach(deps.db, [id], reach, year)).length === 0) throw new NotFound()
  return person
}

/** @throws NotFound for another paper, or without hours that count. */
async function readPaper(deps: Deps, req: Request, personId: string) {
  const { association, today } = await readHere(deps)
  const { year, rules } = askedYear(query(req, 'year'), today, Number(today.slice(0, 4)) - 1)
  const isOwn = personId === req.viewer.personId
  const person = await getCecPerson(deps, personId, isOwn ? 'everyone' : reachToValidate(req.viewer), year)
  if (!isOwn) await recordOpening(deps, req.viewer, { what: 'hours', whose: person.id })
  const paper = PAPERS.find((one) => one === param(req, 'paper'))
  const minutes = await minutesOf(deps.db, person.id, year)
  if (!paper || allOf(minutes) <= 0) throw new NotFound('cec.no_hours')
  const t = deps.i18n.for('fr', association.time_zone, today)
  const document = paperOf(t, { paper, person: fullName(person), year, minutes, rules, association, today })
  return { document, paper, year, today }
}

/** As a page to print. */
export async function showPaper(
  deps: Deps,
  req: Request,
  res: Response,
  personId: string,
  { back, pdf }: { back: string; pdf(paper: Paper, year: number): string },
) {
  const { document, paper, year } = await readPaper(deps, req, personId)
  await res.page('cec/paper', {
    title: document.title,
    robots: 'noindex',
    document,
    back: `${back}?year=${year}`,
    pdf: pdf(paper, year),
    name: paper,
  })
}

/** @throws Refused when there can be no PDF of it: the page can be printed. */
export async function sendPaper(deps: Deps, req: Request, res: Response, personId: string) {
  const { document, paper, year, today } = await readPaper(deps, req, personId)
  const name = paper === 'sheet' ? `fiche-cec-${year}` : `conge-engagement-associatif-${year}`
  await sendPdfFile(req, res, name, await typeset(document, today))
}
