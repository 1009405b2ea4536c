// SPDX-License-Identifier: AGPL-3.0-or-later
// One attached sheet: a PDF by its content, given as a file, and linked to from a centre.
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { pdfFault, pdfName } from '../../server/web/pdf.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { transact } from '../../server/web/transact.ts'
import { pdf } from '../support/pdf.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

/** Objects packed into a stream (ISO 32000-1 §7.5.7). `parts`: what its dictionary has besides. */
function packed(
  inside: string,
  { parts = '/Filter /FlateDecode', data = deflateSync(inside), keyword = 'stream\n' } = {},
) {
  const head = `%PDF-1.5\n2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${data.length} ${parts} >>\n${keyword}`
  const body = Buffer.concat([Buffer.from(head), data, Buffer.from('\nendstream\nendobj\n')])
  const table = `xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.concat([body, Buffer.from(table)])
}
const PROGRAM = '3 0 << /S /JavaScript /JS (app.alert) >>'
const FONT = '3 0 << /Type /Font /BaseFont /Arial >>'
const hidden = Buffer.from(Buffer.from(PROGRAM).toString('hex'))

describe('a file', () => {
  it.each([
    ['a PDF', pdf(), undefined],
    ['a page with the name of one', Buffer.from('<html>%PDF-1.4</html>'), 'kind'],
    ['only its first line', Buffer.from('%PDF-1.7\n'), 'kind'],
    ['one that was cut', pdf().subarray(0, 60), 'kind'],
    ['one whose table is elsewhere', pdf('', 'startxref\n3\n%%EOF\n'), 'kind'],
    ['one whose table is behind its end', pdf('', 'startxref\n99999\n%%EOF\n'), 'kind'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'kind'],
    ['one with a password', pdf('/Encrypt 5 0 R'), 'locked'],
    ['one with a program', pdf('/OpenAction << /S /JavaScript /JS (app.alert) >>'), 'active'],
    ['one that starts something', pdf('/OpenAction << /S /Launch >>'), 'active'],
    ['one with another file in it', pdf('/EmbeddedFile 3 0 R'), 'active'],
    ['one with a program under a name with signs for its letters', pdf('/S /J#61va#53cript'), 'active'],
    ['one with a password under such a name', pdf('/#45ncrypt 5 0 R'), 'locked'],
    ['one with packed objects', packed(FONT), undefined],
    ['one with packed objects behind a picture', packed(FONT, { parts: '/Filter [ /FlateDecode ]' }), undefined],
    ['one with objects in a stream that is not packed', packed('', { parts: '', data: Buffer.from(FONT) }), undefined],
    ['one with a packed program', packed(PROGRAM), 'active'],
    ['one with a packed program under such a name', packed('3 0 << /S /Java#53cript >>'), 'active'],
    [
      'one that is packed twice',
      packed('', { data: deflateSync(deflateSync(PROGRAM)), parts: '/Filter [/FlateDecode /FlateDecode]' }),
      'active',
    ],
    ['one that is packed in another way', packed('', { data: hidden, parts: '/Filter /ASCIIHexDecode' }), 'active'],
    ['one whose packing is said elsewhere', packed(PROGRAM, { parts: '/Filter 7 0 R' }), 'active'],
    [
      'one that mixes its letters',
      packed(FONT, { parts: '/Filter /FlateDecode /DecodeParms << /Predictor 12 >>' }),
      'active',
    ],
    ['one whose packed objects are broken', packed('', { data: Buffer.from('nothing') }), 'active'],
    ['one whose packed objects are cut', packed('', { data: deflateSync(PROGRAM).subarray(0, 20) }), 'active'],
    ['one that is very much when it is unpacked', packed(FONT.padEnd(20_000_000)), 'active'],
    ['one with packed objects whose beginning is unclear', packed(PROGRAM, { keyword: 'stream x' }), 'active'],
    [
      'one that says not that they are packed',
      Buffer.from(packed(PROGRAM).toString('latin1').replace('/Type /ObjStm', '/Type /Others'), 'latin1'),
      'active',
    ],
  ])('%s', (_what, bytes, fault) => {
    expect(pdfFault(bytes)).toBe(fault)
  })

  it('that holds very many packed parts, or the same bytes in many of them, is refused before they are all read', () => {
    const one = (data: Buffer) => Buffer.concat([Buffer.from('/ObjStm/Filter/FlateDecode stream\n'), data])
    const many = Buffer.concat(Array.from({ length: 5000 }, () => one(deflateSync(''))))
    expect(pdfFault(packed('', { parts: '', data: many }))).toBe('active')
    // Each part is stored, not packed, and holds all that follow; behind the last one stand empty blocks.
    const empty = Buffer.alloc(400_000, Buffer.from([0, 0, 0, 0xff, 0xff]))
    let inside = Buffer.alloc(0)
    for (let n = 0; n < 900; n++) {
      const size = Buffer.from([0, 0, 0, 0, 0])
      size.writeUInt16LE(inside.length, 1)
      size.writeUInt16LE(0xffff - inside.length, 3)
      inside = Buffer.concat([one(Buffer.concat([Buffer.from([0x78, 0x9c]), size])), inside])
    }
    const end = Buffer.concat([empty, Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 1])])
    expect(pdfFault(packed('', { parts: '', data: Buffer.concat([inside, end]) }))).toBe('active')
  })

  it.each([
    ['Fiche de mission.pdf', 'Fiche de mission.pdf'],
    ['../../etc/pas"swd\r\n.PDF', 'pas swd.pdf'],
    ['C:\\Bureau\\été 2027.pdf', 'été 2027.pdf'],
    ['', 'fiche.pdf'],
    ['<script>.html', 'script html.pdf'],
    [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(76)}.pdf`],
  ])('called %j is given as %j', (sent, name) => {
    expect(pdfName(sent)).toBe(name)
  })
})

describe('a sheet', () => {
  let world: World
  let b: Browser
  beforeEach(async () => {
    world = await startApp({ kind: 'both' })
    b = await world.signIn('bastien')
  })
  afterEach(stopApps)

  const files = () => world.deps.db.selectFrom('offer_files').selectAll().orderBy('id').execute()
  const contentOf = async (id: string) => {
    const { content } = await world.deps.db
      .selectFrom('offers')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return JSON.parse(content) as OfferContent
  }
  async function send(id: string, bytes: Buffer, name = 'Fiche de mission.pdf') {
    await b.get(`/work/offers/${id}/pictures`)
    const label = b.hasButton('Retirer ce fichier') ? 'Un autre fichier PDF à la place' : 'Le fichier PDF'
    return b.attach(label, { name, type: 'application/pdf', bytes }).press('Joindre ce fichier')
  }

  it('is given as a file, with its own name and no other type', async () => {
    const id = await publishOffer(b)
    await send(id, pdf(), 'Plan d’accès été.pdf')
    expect([b.url, b.text.includes('Le fichier est joint.')]).toEqual([`/work/offers/${id}/pictures`, true])
    const visitor = await world.browser().get(`/offers/${id}`)
    const link = visitor.document.querySelector('a[href^="/media/"]')!
    expect(link.textContent).toContain('Plan d accès été.pdf (PDF, 1 Ko)')
    const answer = await fetch(world.url + link.getAttribute('href')!)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="Plan d acc_s _t_.pdf"; filename*=UTF-8''Plan%20d%20acc%C3%A8s%20%C3%A9t%C3%A9.pdf`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    expect(Buffer.from(await answer.arrayBuffer()).equals(pdf())).toBe(true)
  })

  it('is one: another takes its place, it stays when the text is edited, and goes with its bytes', async () => {
    const id = await publishOffer(b)
    await send(id, pdf())
    const before = await contentOf(id)
    await send(id, pdf())
    expect(await contentOf(id)).toEqual(before)
    await send(id, pdf('/Lang (fr)'))
    expect([(await files()).length, (await contentOf(id)).sheet!.url]).not.toEqual([1, before.sheet!.url])
    expect((await fetch(world.url + new URL(before.sheet!.url).pathname)).status).toBe(404)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Titre', 'Servir la soupe chaude').press('Enregistrer les changements')
    await b.get(`/work/offers/${id}/pictures`)
    await b.press('Retirer ce fichier')
    await b.post(`/work/offers/${id}/sheet/removal`, {})
    expect([await files(), (await contentOf(id)).sheet]).toEqual([[], null])
  })

  it('that is none, or is too heavy, is refused at its field', async () => {
    const id = await writeOffer(b)
    const WRONG: [Buffer, string][] = [
      [Buffer.from('<html></html>'), 'n’est pas un PDF entier'],
      [pdf('/Encrypt 5 0 R'), 'protégé par un mot de passe'],
      [pdf('/S /JavaScript'), 'contient un programme'],
      [Buffer.alloc(2_200_000, 1), 'dépasse 2 Mo'],
    ]
    for (const [bytes, fault] of WRONG) {
      await send(id, bytes)
      expect([b.status, b.errors()]).toEqual([422, { 'Le fichier PDF': expect.stringContaining(fault) }])
    }
    await b.get(`/work/offers/${id}/pictures`)
    await b.press('Joindre ce fichier')
    expect([b.status, b.errors(), await files()]).toEqual([422, { 'Le fichier PDF': 'Choisissez un fichier PDF.' }, []])
  })

  it('of a member is a link to the site of the association, which the page names', async () => {
    const { deps } = world
    const sheet = { url: 'https://conteurs.example/media/1', name: 'Fiche.pdf', bytes: 120_000 }
    await transact(deps, (tx) => receiveJoinRequest(tx, deps, CONTEURS))
    const amina = viewerOf(world.id('amina'), 'Amina', ROLES)
    const { id } = await deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await acceptMember(deps, amina, id)
    await transact(deps, (tx) => receiveOffer(tx, deps, samplePublicOffer({ content: { sheet } }), { via: 'x' }))
    const item = await deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
    const reader = await world.signIn('farid')
    await reader.get(`/moderation/${item.id}`)
    expect(reader.hasLink('Fiche.pdf (PDF, 120 Ko)')).toBe(true)
    await acceptOffer(deps, amina, item.id, { version: item.version })
    const { public_id } = await deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
    const visitor = await world.browser().get(`/offers/${public_id}`)
    const link = visitor.document.querySelector(`a[href="${sheet.url}"]`)!
    expect(link.textContent).toContain('Fiche.pdf (PDF, 120 Ko), chez Les Conteurs de la Saône')
    expect(link.parentElement!.textContent).toContain('conteurs.example')
  })
})
