// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { chunksOf } from '../../../db/in-list.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { listExactMembers } from '../../../db/queries/affiliations.ts'
import { countGivers, sumApprovedMinutes } from '../../../db/queries/public-figures.ts'
import { readMemberYear, readOwnYear } from '../../../db/queries/year-figures.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { SMALLEST } from '../../model/counts.ts'
import { everything } from '../../offer-search/query.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { hoursHow, readerOf, type Reader } from '../../public-offer/channels.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { onlyAssociations, onlyCentres } from '../../web/access.ts'
import { actorUri } from '../../web/addresses.ts'
import { streamCsv } from '../../web/csv.ts'
import { NotFound } from '../../web/errors.ts'
import { query, type Handler } from '../../web/handler.ts'
import { sendPdfFile } from '../../web/send-pdf.ts'
import { canTypeset, typesetPdf } from '../../web/typst.ts'
import { wholeNumber } from '../../web/paging.ts'
import {
  memberYearColumns,
  memberYearPage,
  memberYearRows,
  ownYearCells,
  ownYearColumns,
  ownYearPage,
  yearsOf,
} from '../pages/year.ts'
import { YEAR_SOURCE, yearDocument, type YearModel } from '../pages/year-document.ts'
import { createMemberYear, createOwnYear } from '../year.ts'

/** @throws NotFound for a year in which this site was not there: another one would be taken for the one that was asked for. */
async function readYear(deps: Deps, req: Request) {
  const { created_at, name } = await getAssociation(deps.db)
  const last = Number(dateIn(String(req.site.timeZone), deps.clock.now()).slice(0, 4))
  const first = Math.min(Number(created_at.slice(0, 4)), last)
  const year = req.query['year'] === undefined ? last : wholeNumber(query(req, 'year'), first, last)
  if (year === undefined) throw new NotFound('hours.statement.no_year')
  return { year, first, last, name }
}

async function readOwn(deps: Deps, req: Request) {
  onlyAssociations(req)
  const asked = await readYear(deps, req)
  const sums = createOwnYear()
  await forEachYielding(readOwnYear(deps.db, offerUri(deps, ''), asked.year), async (lines) => sums.add(lines))
  return { ...asked, result: sums.result() }
}

/** Of all approved hours of a year; null for whoever may not read what few people gave. */
async function minutesOf(deps: Deps, { seesHours }: Reader, year: number): Promise<number | null> {
  const days = { from: `${year}-01-01`, until: `${year}-12-31` }
  if (!seesHours && (await countGivers(deps.db, days, SMALLEST)) < SMALLEST) return null
  return sumApprovedMinutes(deps.db, days)
}

async function readMembers(deps: Deps, req: Request) {
  onlyCentres(req)
  const asked = await readYear(deps, req)
  const sums = createMemberYear(new Set(await listExactMembers(deps.db)))
  await forEachYielding(readMemberYear(deps.db, actorUri(deps), asked.year), async (lines) => sums.add(lines))
  return { ...asked, result: sums.result() }
}

export const own =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result, name, ...asked } = await readOwn(deps, req)
    const reader = readerOf(req)
    const minutes = await minutesOf(deps, reader, year)
    await res.page('statistics/year', {
      title: req.t('statistics.yearly.title', { year: String(year) }),
      association: name,
      years: yearsOf('/work/statistics/year', { ...asked, year }, canTypeset()),
      back: '/work/statistics',
      hoursHow: hoursHow(reader),
      ...ownYearPage({ ...reader, taxonomies: deps.taxonomies }, year, result, minutes),
    })
  }

export const exportOwn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result } = await readOwn(deps, req)
    const wording = { ...readerOf(req), taxonomies: deps.taxonomies }
    async function* rows() {
      for (const some of chunksOf(result.offers)) yield some.map((offer) => ownYearCells(wording, offer))
    }
    const name = req.t('statistics.yearly.title', { year: String(year) })
    await streamCsv(res, { name, columns: ownYearColumns(req.t) }, rows())
  }

/** The same figures as the page, for people to print and to hand on. */
export const pdfOfOwn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result, name } = await readOwn(deps, req)
    const { t } = req
    const reader = readerOf(req)
    const minutes = await minutesOf(deps, reader, year)
    const page = ownYearPage({ ...reader, taxonomies: deps.taxonomies }, year, result, minutes)
    const tables = [
      { caption: t('statistics.yearly.by_month'), table: page.months },
      { caption: t('statistics.yearly.by_cause'), table: page.causes },
      { caption: t('statistics.yearly.by_town'), table: page.towns },
      { caption: t('statistics.own.offers'), table: page.offers },
    ]
    const notes = [page.more, hoursHow(reader), t('statistics.answer.how'), t('statistics.how')].filter(Boolean)
    const title = t('statistics.yearly.title', { year: String(year) })
    await sendPdf(deps, req, res, { title, association: name, year }, { ...page, tables, notes })
  }

export const pdfOfMembers =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result, name } = await readMembers(deps, req)
    const { t } = req
    const wording = { t, taxonomies: deps.taxonomies, places: deps.places }
    const page = memberYearPage(wording, year, result, await onlineByCause(deps))
    const tables = [
      { caption: t('statistics.yearly.by_month'), table: page.months },
      { caption: t('statistics.yearly.by_season'), table: page.seasons },
      { caption: t('statistics.yearly.by_cause'), table: page.causes },
      { caption: t('statistics.yearly.by_town'), table: page.towns },
      { caption: t('statistics.members.by_association'), table: page.associations },
    ]
    const notes = [page.why, t('statistics.answer.how'), t('statistics.how')]
    const title = t('statistics.yearly.members_title', { year: String(year) })
    await sendPdf(deps, req, res, { title, association: name, year }, { ...page, tables, notes })
  }

/** @throws Refused when there can be no PDF of it: the page can be printed. */
async function sendPdf(
  { clock }: Deps,
  req: Request,
  res: Response,
  { title, association, year }: { title: string; association: string; year: number },
  model: YearModel,
): Promise<void> {
  const made = dateIn(String(req.site.timeZone), clock.now())
  const bytes = await typesetPdf(YEAR_SOURCE, yearDocument(req.t, { title, association, made }, model))
  await sendPdfFile(req, res, `${req.t('statistics.yearly.file')}-${year}`, bytes)
}

export const members =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result, name, ...asked } = await readMembers(deps, req)
    const online = await onlineByCause(deps)
    await res.page('statistics/members-year', {
      title: req.t('statistics.yearly.members_title', { year: String(year) }),
      association: name,
      years: yearsOf('/statistics/year', { ...asked, year }, canTypeset()),
      back: '/statistics',
      ...memberYearPage({ t: req.t, taxonomies: deps.taxonomies, places: deps.places }, year, result, online),
    })
  }

/** How many offers take people now. */
async function onlineByCause({ offerSearch, clock }: Deps): Promise<Map<string, number>> {
  const now = clock.iso()
  const filter = { ...everything(now), openOnly: true }
  const whole = {
    wider: [],
    beside: 0,
    radii: [],
    associations: 0,
    soon: now.slice(0, 10),
    departments: [],
    townsOf: null,
  }
  const { facets } = await offerSearch.find({ filter, sort: 'newest', perPage: 1, page: 1, whole })
  return new Map(Object.entries(facets?.cause ?? {}))
}

export const exportMembers =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { year, result } = await readMembers(deps, req)
    const all = memberYearRows({ t: req.t, taxonomies: deps.taxonomies, places: deps.places }, year, result)
    async function* rows() {
      for (const some of chunksOf(all)) yield some
    }
    const name = req.t('statistics.yearly.members_title', { year: String(year) })
    await streamCsv(res, { name, columns: memberYearColumns(req.t) }, rows())
  }
