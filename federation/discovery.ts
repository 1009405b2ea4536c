// SPDX-License-Identifier: AGPL-3.0-or-later
// How others find us: WebFinger for our handle and for our address (FEP-d556), NodeInfo 2.1 (FEP-f1d5, FEP-2677).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Router, type Response } from 'express'
import { findAssociation } from '../db/queries/association.ts'
import type { Deps } from '../server/deps.ts'
import { actorAddresses } from './translate/association.ts'
import { ACTIVITY_TYPE } from './vocabulary.ts'

const APPLICATION = 'https://www.w3.org/ns/activitystreams#Application'
const SERVICE = 'https://www.w3.org/ns/activitystreams#Service'
const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema/2.1'

export function discoveryRouter(deps: Deps): Router {
  const router = Router()
  const { publicUrl } = deps.config
  const { host } = new URL(publicUrl)
  const addresses = actorAddresses(publicUrl)

  router.get('/.well-known/webfinger', async (req, res) => {
    const asked = req.query['resource']
    if (typeof asked !== 'string' || asked === '' || asked.length > 2000) return fault(res, 400, 'resource_unusable')
    const row = await findAssociation(deps.db)
    const name = `acct:${row?.handle}@${host}`
    const isOrigin = asked === publicUrl || asked === `${publicUrl}/`
    const isUs = isOrigin || asked === addresses.id || asked.toLowerCase() === name.toLowerCase()
    if (!row || !isUs) return fault(res, 404, 'nobody_here')
    answer(res, 'application/jrd+json', {
      subject: isOrigin ? `${publicUrl}/` : name,
      aliases: [addresses.id, `${publicUrl}/`],
      links: [
        ...(isOrigin ? [{ rel: SERVICE, type: ACTIVITY_TYPE, href: addresses.id }] : []),
        { rel: 'self', type: ACTIVITY_TYPE, href: addresses.id },
        { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: `${publicUrl}/` },
      ],
    })
  })

  router.get('/.well-known/nodeinfo', (_req, res) => {
    const links = [
      { rel: SCHEMA, href: `${publicUrl}/nodeinfo/2.1` },
      { rel: APPLICATION, href: addresses.id },
    ]
    answer(res, 'application/json', { links })
  })

  // The number of volunteers is not published: it concerns the association only.
  router.get('/nodeinfo/2.1', async (_req, res) => {
    const row = await findAssociation(deps.db)
    answer(res, `application/json; profile="${SCHEMA}#"`, {
      version: '2.1',
      software: { name: 'mainforte', version: ourVersion() },
      protocols: ['activitypub'],
      services: { inbound: [], outbound: ['atom1.0'] },
      openRegistrations: false,
      usage: {
        users: { total: 1 },
        localPosts: (await deps.offerSearch.countByAssociation(deps.clock.iso())).get(addresses.id) ?? 0,
      },
      metadata: { nodeName: row?.name ?? '', kind: row?.kind ?? null },
    })
  })
  return router
}

function answer(res: Response, type: string, body: object): void {
  res.set('Access-Control-Allow-Origin', '*').set('Cache-Control', 'public, max-age=60')
  res.set('Content-Type', type).send(Buffer.from(JSON.stringify(body)))
}

function fault(res: Response, status: number, reason: string): void {
  res.status(status).set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' }).json({ error: reason })
}

function ourVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
