// SPDX-License-Identifier: AGPL-3.0-or-later
// The hours of a year for coordinators and the board, for everybody signed in, and to print for the general meeting.
import type { Request } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { chunksOf } from '../../../db/in-list.ts'
import { listCategories, listLevels, listYears } from '../../../db/queries/hours.ts'
import {
  listThereBefore,
  nameProjects,
  sumForFigures,
  sumUnnamedForFigures,
  type Choice,
} from '../../../db/queries/hours-figures.ts'
import { sumApprovedMinutes } from '../../../db/queries/public-figures.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { createYielding, forEachYielding } from '../../queue/event-loop.ts'
import { streamCsv } from '../../web/csv.ts'
import { NotFound } from '../../web/errors.ts'
import { query, type Handler } from '../../web/handler.ts'
import { firstMonth } from '../commands/settings.ts'
import { createFigures, monthsOf, type Movement } from '../figures.ts'
import { reachToSee } from '../../hours/policy.ts'
import { choiceSeen, nameOfChoice, partsToChoose } from '../../hours/responses.ts'
import { figuresColumns, figuresPage, figuresRows, type Shown } from '../pages/figures.ts'
import { isCivil, yearAt, yearOfCode, yearsWithHours, type HoursYear } from '../rules.ts'

/** Years of which the sum is shown beside the one that was asked for. */
const YEARS_SHOWN = 5

/** @throws NotFound for what is no year, and for one that has not begun. */
async function askedYear(deps: Deps, req: Request) {
  const { time_zone, name } = await getAssociation(deps.db)
  const today = dateIn(time_zone, deps.clock.now())
  const month = await firstMonth(deps.db)
  const code = query(req, 'year')
  const year = code === '' ? yearAt(today, month) : yearOfCode(code)
  if (!year || year.from > today) throw new NotFound('hours.statement.no_year')
  return { year, name, years: yearsWithHours(await listYears(deps.db), month, today) }
}

/** @param choice for which; undefined for all. */
async function addUp(deps: Deps, year: HoursYear, choice?: Choice) {
  const { add, figures } = createFigures()
  await forEachYielding(monthsOf(year).entries(), async ([at, days]) => {
    add(at, await sumForFigures(deps.db, days, choice))
    const unnamed = await sumUnnamedForFigures(deps.db, days, choice)
    add(
      at,
      unnamed.map((sum) => ({ ...sum, personId: null })),
    )
  })
  return figures
}

/** The twelve months before. */
function yearBefore({ from, code }: HoursYear): HoursYear {
  const before = Number(from.slice(0, 4)) - 1
  return { code, from: `${before}${from.slice(4)}`, until: '' }
}

async function movementOf(
  deps: Deps,
  year: HoursYear,
  people: ReadonlySet<string>,
  choice?: Choice,
): Promise<Movement> {
  const before = (await addUp(deps, yearBefore(year), choice)).total.people
  let known = 0
  await forEachYielding(chunksOf([...people]), async (some) => {
    known += (await listThereBefore(deps.db, some, year.from, choice)).length
  })
  return {
    before: before.size,
    stayed: [...before].filter((id) => people.has(id)).length,
    came: people.size - known,
  }
}

/** @param mask whether what less than five people gave is left out. */
async function readFigures(deps: Deps, req: Request, mask: boolean, choice?: Choice): Promise<Shown> {
  const { year, name, years } = await askedYear(deps, req)
  const figures = await addUp(deps, year, choice)
  const yieldLoop = createYielding()
  const sums: { year: HoursYear; minutes: number }[] = []
  for (const one of years.slice(0, YEARS_SHOWN)) {
    sums.push({ year: one, minutes: await sumApprovedMinutes(deps.db, one, choice) })
    await yieldLoop()
  }
  return {
    year,
    association: name,
    years,
    sums,
    figures,
    movement: await movementOf(deps, year, figures.total.people, choice),
    labels: [...(await listCategories(deps.db, { archived: true })), ...(await listLevels(deps.db))],
    projects: await nameProjects(deps.db, [...figures.projects.keys()].filter(Boolean)),
    mask,
    choice: choice && { ...choice, name: await nameOfChoice(deps, choice) },
  }
}

const titleOf = (req: Request, { from, until, code }: HoursYear): string =>
  isCivil({ from }) ? code : `${req.t.date(from, 'short')} – ${req.t.date(until, 'short')}`

const viewOf = async (deps: Deps, req: Request, path: string, mask: boolean) => {
  const given = await readFigures(deps, req, mask, mask ? undefined : choiceSeen(req))
  return { year: titleOf(req, given.year), page: figuresPage(req.t, given, path) }
}

const figuresAt =
  (path: string, mask: boolean) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, page } = await viewOf(deps, req, path, mask)
    const parts = mask ? undefined : await partsToChoose(deps, reachToSee(req.viewer), choiceSeen(req))
    await res.page('years/figures', { title: req.t('years.figures.title', { year }), ...page, parts })
  }

export const work = figuresAt('/work/hours/figures', false)
export const together = figuresAt('/hours/together', true)

/** It is handed to everybody at the meeting. */
export const review =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, page } = await viewOf(deps, req, '/work/hours/review', true)
    await res.page('years/review', { title: req.t('years.review.title', { year }), ...page })
  }

export const csv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readFigures(deps, req, false, choiceSeen(req))
    async function* rows() {
      for (const some of chunksOf(figuresRows(req.t, given))) yield some
    }
    const name = req.t('years.figures.title', { year: titleOf(req, given.year) })
    await streamCsv(res, { name, columns: figuresColumns(req.t) }, rows())
  }
