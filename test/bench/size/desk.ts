// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk of 50 000 people, 200 000 applications and 20 000 offers that wait: the slowest of its lists.
import { fillDesk, fillPeople } from '../../support/size-desk.ts'
import type { Figure } from '../run.ts'
import { startFilled } from './folder.ts'
import { signIn, worstPage } from './ledger.ts'

const SEED = 20_261_128
const PEOPLE = 50_000

export const DESK = ['desk_p99_ms']

export async function deskFigures(): Promise<Figure[]> {
  const running = await startFilled('desk', (connection) => {
    fillPeople(connection, { count: PEOPLE, seed: SEED })
    const size = { applications: 200_000, waiting: 20_000, online: 30_000, trail: 1_000_000 }
    fillDesk(connection, { ...size, people: PEOPLE, seed: SEED })
  })
  try {
    const [desk, reader] = [await signIn(running, 'bastien'), await signIn(running, 'farid')]
    const operator = await signIn(running, 'amina')
    return [
      await worstPage('desk_p99_ms', running.url, {
        dashboard: { path: '/work', cookie: desk },
        people: { path: '/work/people', cookie: desk },
        'people, page 900': { path: '/work/people?page=900', cookie: desk },
        'applications to answer': { path: '/work/applications', cookie: desk },
        'all applications': { path: '/work/applications?state=all', cookie: desk },
        'all applications, page 3 000': { path: '/work/applications?state=all&page=3000', cookie: desk },
        'own offers': { path: '/work/offers', cookie: desk },
        statistics: { path: '/work/statistics', cookie: desk },
        moderation: { path: '/moderation', cookie: reader },
        'moderation, page 300': { path: '/moderation?page=300', cookie: reader },
        'offers taken away': { path: '/moderation?shelf=gone', cookie: reader },
        'offers refused': { path: '/moderation?shelf=refused', cookie: reader },
        'offers online, page 300': { path: '/moderation?shelf=online&page=300', cookie: reader },
        'members’ figures': { path: '/statistics', cookie: reader },
        operator: { path: '/operator', cookie: operator },
        trail: { path: '/operator/trail', cookie: operator },
        'trail, page 9 000': { path: '/operator/trail?page=9000', cookie: operator },
      }),
    ]
  } finally {
    await running.end()
  }
}
