// SPDX-License-Identifier: AGPL-3.0-or-later
// public « Addresses in texts are links, safely »: what becomes a link, and what never does.
import { describe, expect, it } from '@jest/globals'
import { parseHTML } from 'linkedom'
import { linked } from '../../server/text/links.ts'

const read = (text: string) => parseHTML(`<div>${linked(text)}</div>`).document
const links = (text: string) =>
  [...read(text).querySelectorAll('a')].map((one) => [one.getAttribute('href'), one.textContent])

describe('an address in a text', () => {
  it.each<[string, [string, string][]]>([
    ['Voir https://exemple.fr/a?b=1&c=2.', [['https://exemple.fr/a?b=1&c=2', 'https://exemple.fr/a?b=1&c=2']]],
    ['(voir http://exemple.fr/a_(b))', [['http://exemple.fr/a_(b)', 'http://exemple.fr/a_(b)']]],
    ['« https://exemple.fr » !', [['https://exemple.fr', 'https://exemple.fr']]],
    ['Sur www.exemple.fr, puis', [['https://www.exemple.fr', 'www.exemple.fr']]],
    ['https://exemple.fr/été', [['https://exemple.fr/été', 'https://exemple.fr/été']]],
    ['Écrivez à lea.roy+a@exemple.qc.ca.', [['mailto:lea.roy+a@exemple.qc.ca', 'lea.roy+a@exemple.qc.ca']]],
    ['Tél. 06 12 34 56 78', [['tel:0612345678', '06 12 34 56 78']]],
    [
      '0612345678 ou (514) 555-0123',
      [
        ['tel:0612345678', '0612345678'],
        ['tel:5145550123', '(514) 555-0123'],
      ],
    ],
    ['+33 (0)6 12 34 56 78', [['tel:+33612345678', '+33 (0)6 12 34 56 78']]],
  ])('%s', (text, expected) => {
    expect(links(text)).toEqual(expected)
    expect(read(text).querySelector('div')!.textContent).toBe(text)
    for (const one of read(text).querySelectorAll('a')) expect(one.getAttribute('rel')).toBe('nofollow ugc noopener')
  })

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT://exemple.fr/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'https://',
    'https://localhost',
    'https://la-banque.fr@piege.example/',
    'https://a:b@exemple.fr',
    'http://[',
    '//exemple.fr',
    'un@deux',
    'exemple.fr',
    '12 34 56 78 90',
    'Le 06/12/2026 de 14 h à 17 h',
    'N° 123 456 789 00012',
    '75 personnes, 20 000 €',
    'SIRET 12345678900012',
  ])('is none in « %s »', (text) => {
    expect(links(text)).toEqual([])
    expect(read(text).querySelector('div')!.textContent).toBe(text)
  })

  it.each([
    'https://exemple.fr/"onmouseover="alert(1)',
    "https://exemple.fr/'onmouseover='alert(1)",
    'https://exemple.fr/<script>alert(1)</script>',
    'https://exemple.fr/\u202egnp.exe',
    'https://exemple.fr/\u0000x',
    'https://exemple.fr/javascript:alert(1)',
    'a"onload=x@exemple.fr',
    '<a href="https://exemple.fr" onclick="x()">ici</a>',
    '&lt;img src=x onerror=alert(1)&gt; https://exemple.fr/&quot;',
    '\ud800https://exemple.fr/\udfff',
  ])('of somebody who means harm stays harmless: %j', (text) => {
    const { document } = parseHTML(`<div>${linked(text)}</div>`)
    for (const one of document.querySelectorAll('*')) {
      expect(['DIV', 'A', 'HTML', 'HEAD', 'BODY']).toContain(one.tagName)
      for (const { name } of one.attributes) expect(['href', 'rel']).toContain(name)
    }
    for (const [href] of links(text)) expect(href).toMatch(/^(https?:\/\/exemple\.fr|mailto:|tel:)/)
  })

  it('takes no longer the worse the text is', () => {
    for (const one of ['a', '.', '@', '(', 'http://', 'www.', '+1', '0 ', 'a.', 'a@', 'a@b.', '1-', 'é'])
      for (const text of [one.repeat(20_000), `https://exemple.fr/${one.repeat(20_000)}`]) {
        const started = process.cpuUsage()
        linked(text)
        expect([one, process.cpuUsage(started).user / 1000 < 300]).toEqual([one, true])
      }
  })
})
