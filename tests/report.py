"""report.html: its numbers against the JSON of the run, and the page in a browser.

    report.py numbers DIR JSON     sums of the data block, and that the page is by itself
    report.py events DIR JSON LEAST    that the run had so many events
    report.py part DIR JSON KIND   a page of a part of the run: window, past (its end), region
    report.py notes DIR JSON       prints what stands below the verdict of the page
    report.py unnamed DIR JSON     a page without names of buffers: memories by address
    report.py hostile DIR JSON     names and text of the source cannot leave their place
    report.py browse DIR JSON DV SHOTS KERNEL ARG ..    in Chromium; pictures go to SHOTS

Prints nothing when all is well, a line a fault otherwise.
"""
import base64
import json
import os
import re
import subprocess
import sys

TICK = 256


def data(folder):
    with open(os.path.join(folder, 'report.html'), encoding='utf-8', errors='strict') as f:
        page = f.read()
    return page, json.loads(re.search(r'id="data">\n(.*?)</script>', page, re.S).group(1))


def same(what, found, wanted):
    if found != wanted:
        print(f'{what}: {found!r} instead of {wanted!r}')


def numbers(folder, run):
    page, d = data(folder)
    same('bytes under 3 MB', len(page) < 3000000, True)
    same('foreign addresses', re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?(?:https?:)?//[^"\')]*', page), [])
    same('run in the page', d['run']['pipes'], run['pipes'])
    units = {}
    for core in d['cores']:
        for u, busy, _, count, stall in core['units']:
            of = units.setdefault(d['unit'][u], [0, 0, [0] * len(stall)])
            of[0] += busy
            of[1] += count
            of[2] = [a + b for a, b in zip(of[2], stall)]
    for name, of in run['pipes'].items():
        busy, count, stall = units[name]
        same(f'{name} busy', busy / TICK, of['busy_cycles'])
        same(f'{name} instructions', count, of['instructions'])
        for reason, value in zip(d['reason'], stall):
            same(f'{name} {reason}', value / TICK, of['stall'][reason])
    busy = sum(u[0] for u in units.values())
    same('work of lines', sum(c[6] for c in d['code']), busy)
    same('waits of lines', sum(sum(c[8][1::2]) for c in d['code']), sum(sum(u[2]) for u in units.values()))
    same('executed', sum(c[5] for c in d['code']), run['instructions'])
    for i, path in enumerate(d['path']):
        same(path, sum(c['bytes'][i] for c in d['cores']), run['bytes'].get(path, 0))
    same('vector repeats', d['repeats'], run['actions']['vector.repeat'])
    for it in d['items']:
        if sum(it[14][1::2]) not in (0, it[9]):
            print(f'pieces of item {it[:10]} do not add up')
            break


def browser():
    from selenium import webdriver
    o = webdriver.ChromeOptions()
    for a in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
              '--window-size=1600,1100'):
        o.add_argument(a)
    o.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    return webdriver.Chrome(options=o)


def browse(folder, run, dv, shots, kernel, args):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.support.ui import Select
    _, d = data(folder)
    b = browser()
    try:
        b.get('file://' + os.path.join(os.path.realpath(folder), 'report.html'))
        js, at = b.execute_script, lambda i: b.find_element(By.ID, i)
        js("document.documentElement.style.scrollBehavior = 'auto'")
        same('drawn', b.find_element(By.TAG_NAME, 'body').get_attribute('data-ready'), 'yes')
        same('cycles', b.find_element(By.CSS_SELECTOR, '#figures dd').text.replace(' ', ''), str(run['cycles']))
        first = d['cores'][0]
        shown = {e.get_attribute('data-unit'): int(e.get_attribute('data-busy'))
                 for e in b.find_elements(By.CSS_SELECTOR, '#stacks [data-unit]')}
        for u, busy, *_ in first['units']:
            if d['unit'][u] in shown:
                same(f'work of {d["unit"][u]} shown', shown[d['unit'][u]], busy)
        for e in b.find_elements(By.CSS_SELECTOR, '#paths tr[data-path]'):
            same('bytes shown', int(e.find_elements(By.TAG_NAME, 'td')[1].text.replace(' ', '')),
                 run['bytes'][e.get_attribute('data-path')])
        # zoom, by keys and by wheel
        lanes, whole = at('lanes'), at('range').text
        js("arguments[0].scrollIntoView({block: 'center'})", lanes)
        lanes.send_keys('+')
        near = at('range').text
        same('zoom changes the range', near != whole, True)
        lanes.send_keys('0')
        same('0 shows all', at('range').text, whole)
        # a hover and a choice: the text of dv explain
        of = ('MTE2', 'MTE3', 'VECTOR', 'CUBE', 'MTE1', 'FIXP')
        for unit in [u for u in of if any(d['unit'][i[1]] == u and i[2] == 0 for i in d['items'])]:
            explained(b, d, unit, dv, kernel, args)
        picture(b, shots, 'explained', 'timeline')
        js("chooseItem(items.find(i => i.kind === KIND.work && i.core === shown.core))")
        x = js("const r = line.rows.find(r => r.unit === line.chosen.unit), w = $('lanes').clientWidth;"
               "return [(Math.max(LEFT, timeX(line.chosen.start, w)) + Math.min(w, timeX(line.chosen.end, w))) / 2 - w / 2,"
               "r.y + 8 - line.height / 2]")
        js("$('chart').scrollIntoView({block: 'center'})")
        ActionChains(b).move_to_element_with_offset(at('chart'), int(x[0]), int(x[1])).perform()
        same('hover', (at('tip').is_displayed(), 'life:' in at('tip').text), (True, True))
        picture(b, shots, 'timeline')
        # the machine
        at('first').click()
        begin = at('moment').text
        for _ in range(3):
            at('step').click()
        later = at('moment').text
        at('back').click()
        same('step back', (later != begin, 'step 3 ' in at('moment').text), (True, True))
        js("moveTo(Math.floor(machine.times.length / 2))")
        busy = [e.get_attribute('data-unit') for e in
                b.find_elements(By.CSS_SELECTOR, '#diagram [data-busy]') if e.get_attribute('data-busy') != '0']
        t = js('return machine.times[machine.at]')
        working = {d['unit'][i[1]] for i in d['items'] if i[0] == first['core'] and i[2] == 0 and
                   i[6] + i[7] <= t < i[6] + (i[9] if d['unit'][i[1]] == 'VECTOR' else i[8])}
        same('units at work', set(busy), working)
        picture(b, shots, 'machine')
        # source
        at('unfold').click()
        same('macros unfold', len(b.find_elements(By.CSS_SELECTOR, '#listing tr.body')) > 0,
             any(c[0] not in ('.rept', '.irp') for c in d['calls']))
        at('fold').click()
        same('macros fold', len(b.find_elements(By.CSS_SELECTOR, '#listing tr.body')), 0)
        roofs(b, d, run)
        path_shares(b, run)
        lines_to_choose(b, run)
        told(b, d, run)
        flows = {e.get_attribute('data-path'): int(e.get_attribute('data-bytes'))
                 for e in b.find_elements(By.CSS_SELECTOR, '#flow [data-path]')}
        same('bytes drawn', flows, {k: v for k, v in run['bytes'].items() if v and '_TO_' in k})
        blocks = [int(e.get_attribute('data-blocks')) for e in b.find_elements(By.CSS_SELECTOR, '#heat [data-blocks]')]
        same('blocks of banks', sum(blocks), sum(d['banks']))
        same('no vector unit worked', 'No vector unit worked' in at('heat').text, not d['elements'])
        for part in ('stalls', 'critical', 'roofline', 'bytes', 'source', 'buffers', 'banks'):
            picture(b, shots, part)
        reachable(b)
        looks(b, shots)
        # another core
        if len(d['cores']) > 1:
            js("scrollTo(0, 0)")
            Select(at('core')).select_by_index(1)
            other = {e.get_attribute('data-unit'): int(e.get_attribute('data-busy'))
                     for e in b.find_elements(By.CSS_SELECTOR, '#stacks [data-unit]')}
            for u, work, *_ in d['cores'][1]['units']:
                if d['unit'][u] in other:
                    same(f'work of {d["unit"][u]} on the other core', other[d['unit'][u]], work)
            Select(at('core')).select_by_value('all')
            picture(b, shots, 'cores', 'timeline')
        same('messages', [m['message'] for m in b.get_log('browser') if m['level'] == 'SEVERE'], [])
    finally:
        b.quit()


def roofs(b, d, run):
    """A roofline for each kind of unit that worked; what it says of operations and bytes."""
    shown = {e.get_attribute('data-roof'): int(e.get_attribute('data-ops'))
             for e in b.find_elements('css selector', '#roof table')}
    wanted = {}
    if any(c['macs'] for c in d['cores']):
        wanted['CUBE'] = 2 * run['mac_executed']
    if d['elements']:
        wanted['VECTOR'] = d['elements']
    same('operations of the roofline', shown, wanted)


def path_shares(b, run):
    """The bars of the critical path against the JSON: every share, largest first."""
    p = run['profile']['critical_path']
    for row, parts in enumerate(({k: v['cycles'] for k, v in p['pipes'].items()}, p['causes'])):
        bar = b.find_elements('css selector', '#path .stack')[row]
        shown = [e.get_attribute('data-text') for e in bar.find_elements('css selector', 'span')]
        parts = sorted(((v, k) for k, v in parts.items() if v), key=lambda e: -e[0])
        wanted = sorted(f"{k.replace('_', ' ')} {js_percent(v, p['cycles'])}" for v, k in parts)
        same('shares of the critical path', sorted(shown), wanted)


def leaf(b):
    """The row with the focus: its instructions, whether it has something to open, its text."""
    return b.execute_script("const r = document.activeElement; return [(r.dataset.pcs || '').split(' ').map(Number),"
                            "!!r.querySelector('button'), r.textContent]")


def lines_to_choose(b, run):
    """The most expensive line is that of the console, inside its macro; so are chosen lines of the path."""
    p = run['profile']
    b.find_element('id', 'hottest').click()
    pcs, opens, _ = leaf(b)
    same('the most expensive line', (p['lines'][0]['pc'] // 4 in pcs, opens), (True, False))
    rows = b.find_elements('css selector', '#path tr[data-pc]')
    for row in rows[:3]:
        b.execute_script("arguments[0].scrollIntoView({block: 'center'})", row)
        row.click()
        pcs, opens, text = leaf(b)
        name = row.find_element('tag name', 'code').text.split()[0]
        same('a line of the path', (int(row.get_attribute('data-pc')) // 4 in pcs, opens, name in text), (True, False, True))
    shown = [r.find_element('tag name', 'code').text.split()[0] for r in rows]
    same('instructions, not arguments of macros', [n for n in shown if '\\' in n], [])
    made = {i['insn'].split()[0] for i in p['critical_path']['instructions'] if i['line'] == p['lines'][0]['line']}
    if made == {'vcmax.f32', 'vcadd.f32'}:
        same('a macro called for two things', made <= set(shown), True)
    b.execute_script("$('fold').click()")


def told(b, d, run):
    """The head, the rows of what if and bursts, as the JSON has them."""
    head = {e.find_element('tag name', 'dt').text: e.find_element('tag name', 'dd').text
            for e in b.find_elements('css selector', '#figures div')}
    same('task_us', float(head['time with launch'].split()[0]), float(f'{run["task_us"]:.5g}'))
    same('what bounds the kernel', 'largest share of the critical path' in
         ' '.join(b.find_element('css selector', '#stalls .hint').text.split()), True)
    task = run['task_us'] * d['number']['clock'] / 1e6
    rows = [r.find_elements('css selector', 'th, td') for r in b.find_elements('css selector', '#path tr[data-what-if]')]
    same('what if', [(r[0].text, r[2].text) for r in rows],
         [(w['name'], '-' if w['fault'] else js_percent(w['saved_cycles'], task)) for w in run['what_if'] or []])
    for e in b.find_elements('css selector', '#paths tr[data-path]'):
        m = run['profile']['moves'].get(e.get_attribute('data-path').replace('_TO_', '->'))
        cell = e.find_elements('tag name', 'td')[6].text
        same('bytes a burst', cell.split(' (')[0].replace(' ', ''), str((m['bytes'] + m['runs'] // 2) // m['runs']) if m and m['runs'] else '\u2013')
        same('bursts that adjoin', 'adjoin' in cell, bool(m) and m['bursts'] > m['runs'])


def part(folder, run, kind):
    """A page of a part of the run: what is shown first, and what is said of the rest."""
    _, d = data(folder)
    b = browser()
    try:
        b.get('file://' + os.path.join(os.path.realpath(folder), 'report.html'))
        js, text = b.execute_script, lambda i: b.find_element('id', i).text
        whole = js("const was = $('range').textContent; all(); const now = $('range').textContent; showAsked(); return [was, now]")
        if kind == 'past':
            same('why nothing is kept', 'none of them is in cycles 9 000 000 to 9 900 000, because the run ends at cycle'
                 in text('detail'), True)
            same('and in the machine', '9 000 000' in text('diagram'), True)
            return
        same('not all is shown', whole[0] != whole[1], True)
        same('the mark', js("const x = timeX((line.asked[0][0] + line.asked[0][1]) / 2, $('lanes').clientWidth), k = devicePixelRatio;"
             "return [...$('chart').getContext('2d').getImageData(x * k, (AXIS - 6) * k, 1, 1).data].slice(0, 3)"), [0x1f, 0x5f, 0xbf])
        same('queues of which not all is kept', js(
            "return machine.times.slice(0, 300).flatMap((_, k) => { moveTo(k); return [...$('diagram').querySelectorAll('[data-queue]')]"
            ".map(e => e.dataset.queue).filter(q => !/^([0-9]+[+]|[?])$/.test(q)); })"), [])
        if kind == 'window':
            same('the window', (text('range'), 'in cycles 500 to 900' in text('detail')), ('cycles 480.00 to 920.00', True))
            same('moments of the machine', js("return machine.times.filter(t => t < 500 * D.tick || t > 900 * D.tick).length"), 0)
            return
        same('the region', 'in the region load' in text('detail'), True)
        same('visits', len(d['visits']), run['marks']['load']['visits'])
        deeds = js("return machine.times.slice(0, 300).map((_, k) => { moveTo(k); return $('diagram').querySelector('[data-unit=SCALAR]').dataset.deed; })")
        same('S outside of the region', ('has nothing to do' in deeds, any('flag' in t for t in deeds)), (False, True))
        body = [r.find_elements('tag name', 'td')[3].text for r in b.find_elements('css selector', '#listing tr[data-line]')
                if 'mov_out_to_ub_align' in r.text]
        bursts = {e.get_attribute('data-path'): e.find_elements('tag name', 'td')[6].text for e in
                  b.find_elements('css selector', '#paths tr[data-path]')}
        same('rows that adjoin', (bursts['GM_TO_UB'], bursts['UB_TO_GM']), ('128', '65 536 (adjoin, asked for as 128)'))
        same('a line that .rept repeats', body, [str(run['marks']['load']['visits'])])
        same('messages', [m['message'] for m in b.get_log('browser') if m['level'] == 'SEVERE'], [])
    finally:
        b.quit()


def unnamed(folder):
    """Memories are coloured whenever an item in flight touches them; bytes touched; lines of the console."""
    _, d = data(folder)
    b = browser()
    try:
        b.get('file://' + os.path.join(os.path.realpath(folder), 'report.html'))
        js, core = b.execute_script, d['cores'][0]['core']
        same('names', d['buffers'], [])
        wrong = js('''return machine.times.slice(0, 300).filter((t, k) => {
            moveTo(k);
            const wanted = new Set(items.filter(i => i.core === shown.core && i.start <= t && t < i.done)
              .flatMap(i => i.uses.filter((_, n) => n % 4 === 0).map(s => D.space[s])));
            return [...$('diagram').querySelectorAll('[data-memory]')].some(g => wanted.has(g.dataset.memory) !==
              !!g.querySelector('[data-state=fill], [data-state=read]')); })''')
        same('moments whose memories are wrong', wrong, [])
        touched = {}
        for it in d['items']:
            for i in range(0, len(it[15]) if it[0] == core else 0, 4):
                touched.setdefault(d['space'][it[15][i]], set()).update(range(it[15][i + 2], it[15][i + 3]))
        text = b.find_element('id', 'touched').text
        same('memories', bool(touched), True)
        for space, at in touched.items():
            same(f'bytes of {space}', f'{space.upper()}: {js("return bytes(arguments[0])", len(at))} of ' in text
                 and f'the last byte at {max(at):#x}.' in text, True)
        same('lines of the console', [e.text for e in b.find_elements('css selector', '#advice small')], d['notes'])
        same('messages', [m['message'] for m in b.get_log('browser') if m['level'] == 'SEVERE'], [])
    finally:
        b.quit()


def js_percent(part, whole):
    """Rounded as the page does it: half up on the exact value."""
    from decimal import Decimal, ROUND_HALF_UP
    return f"{Decimal(100 * part / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"


def reachable(b):
    """By key and for who hears the page: names, roles, focus, the list of keys, less motion."""
    from selenium.webdriver.common.keys import Keys
    js, body = b.execute_script, b.find_element('tag name', 'body')
    same('controls without a name or out of reach', js(
        "return [...document.querySelectorAll('button, select, input, [role=application], tr[onclick]')]"
        ".filter(e => e.tabIndex < 0 || !(e.getAttribute('aria-label') || e.textContent.trim() ||"
        "(e.labels && e.labels.length))).map(e => e.outerHTML.slice(0, 60))"), [])
    same('pictures without a name', js(
        "return [...document.querySelectorAll('svg')].filter(e => e.getAttribute('role') !== 'img' ||"
        "!e.getAttribute('aria-label')).length"), 0)
    same('parts without a name', js(
        "return [...document.querySelectorAll('section')].filter(s => !document.getElementById("
        "s.getAttribute('aria-labelledby'))).map(s => s.id)"), [])
    body.send_keys('?')
    same('list of keys', b.find_element('id', 'keys').is_displayed(), True)
    body.send_keys(Keys.ESCAPE)
    same('list of keys closes', b.find_element('id', 'keys').is_displayed(), False)
    body.send_keys('2')
    same('2 goes to the second part', js("return document.activeElement.id"), 'machine-title')
    b.find_element('id', 'step').send_keys(Keys.TAB)
    same('focus is seen', js("return getComputedStyle(document.activeElement).outlineStyle"), 'solid')
    first = b.find_element('id', 'now').text, b.find_element('id', 'moment').text
    b.find_element('id', 'first').click()
    b.find_element('id', 'step').send_keys('.')
    same('. steps', 'step 2 ' in b.find_element('id', 'moment').text, True)
    same('the machine is told', (first[0] != '', b.find_element('id', 'now').get_attribute('aria-live')), (True, 'polite'))
    b.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': [{'name': 'prefers-reduced-motion', 'value': 'reduce'}]})
    js("document.documentElement.style.scrollBehavior = ''")
    same('less motion', js("return getComputedStyle(document.documentElement).scrollBehavior"), 'auto')
    b.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': []})
    js("document.documentElement.style.scrollBehavior = 'auto'")


def looks(b, shots):
    """Narrow and wide, dark and light, and on paper."""
    from selenium.common.exceptions import TimeoutException
    from selenium.webdriver.support.ui import WebDriverWait
    for wide, tall, dark in ((800, 1000, False), (1440, 900, True), (1920, 1080, False)):
        b.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                          {'width': wide, 'height': tall, 'deviceScaleFactor': 1, 'mobile': False})
        b.execute_cdp_cmd('Emulation.setEmulatedMedia', {
            'features': [{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}]})
        same(f'{wide}: too wide by', b.execute_script(
            "return Math.max(0, document.documentElement.scrollWidth - innerWidth)"), 0)
        wanted = 'dark' if dark else 'light'
        try:
            WebDriverWait(b, 30).until(lambda b: b.execute_script(
                "return document.documentElement.dataset.theme") == wanted)
        except TimeoutException:
            print(f'{wide}: does not become {wanted}')
        for part in ('title', 'machine', 'stalls', 'roofline', 'bytes'):
            picture(b, shots, f'{wide}-{part}', part)
    paper = b.execute_cdp_cmd('Page.printToPDF', {'printBackground': True, 'preferCSSPageSize': True})
    with open(os.path.join(shots, 'paper.pdf'), 'wb') as f:
        f.write(base64.b64decode(paper['data']))
    b.execute_cdp_cmd('Emulation.clearDeviceMetricsOverride', {})


def hostile(folder):
    page, d = data(folder)
    same('ends of scripts', page.count('</script'), 2)
    b = browser()
    try:
        b.get('file://' + os.path.join(os.path.realpath(folder), 'report.html'))
        js = b.execute_script
        same('title', js("return document.title"), d['kernel'][:60] + f"\u2026 on {d['chip']} - dv report")
        same('what came in', js("return document.querySelectorAll('img, b script, main script').length"), 0)
        same('scripts', js("return document.scripts.length"), 2)
        shown = [e.get_attribute('textContent') for e in b.find_elements('css selector', '#listing td.t')]
        text = [t.replace('\t', '    ') for t in d['files'][0]['text'].split('\n')]
        same('source', shown[:len(text)], text)
        same('too wide by', js("return Math.max(0, document.documentElement.scrollWidth - innerWidth)"), 0)
        js("chooseItem(items.find(i => i.kind === KIND.work))")
        same('place', d['files'][0]['name'] in b.find_element('id', 'chosen').text, True)
        same('messages', [m['message'] for m in b.get_log('browser') if m['level'] == 'SEVERE'], [])
    finally:
        b.quit()


def explained(b, d, unit, dv, kernel, args):
    """The first execution of an instruction of a unit: its pieces as dv explain tells them."""
    from selenium.webdriver.common.by import By
    pc = b.execute_script("const i = items.find(i => i.kind === KIND.work && i.core === shown.core &&"
                          "D.unit[i.unit] === arguments[0]); chooseItem(i); return i.pc * 4", unit)
    rows = [r.find_elements(By.TAG_NAME, 'td') for r in b.find_elements(By.CSS_SELECTOR, '#chosen tr')[1:]]
    told = json.loads(subprocess.run([dv, 'explain', kernel, *args, '--at', hex(pc), '--json', '-'],
                                     stdout=subprocess.PIPE, check=True).stdout)
    same(f'explained, {unit}', [[c[0].text, c[3].text, c[4].text] for c in rows], pieces(told))


def pieces(told):
    """Name, length and reason of each piece, as the page spells them."""
    out = []
    for p in told['pieces']:
        h = [int((round(p[k] * TICK) * 100 + TICK // 2) // TICK) for k in ('from', 'to')]
        out.append([p['name'], f'{(h[1] - h[0]) // 100}.{(h[1] - h[0]) % 100:02d}', p['why'] or ''])
    return out


def picture(b, shots, name, part=None):
    found = b.execute_script("const e = document.getElementById(arguments[0]);"
                             "if (e) e.scrollIntoView(); return !!e", part or name)
    if found:
        b.save_screenshot(os.path.join(shots, name + '.png'))


if __name__ == '__main__':
    with open(sys.argv[3], encoding='utf-8') as f:
        document = json.load(f)
    if sys.argv[1] == 'numbers':
        numbers(sys.argv[2], document)
    elif sys.argv[1] == 'events':
        same('events', data(sys.argv[2])[1]['events'] >= int(sys.argv[4]), True)
    elif sys.argv[1] == 'part':
        part(sys.argv[2], document, sys.argv[4])
    elif sys.argv[1] == 'notes':
        print('\n'.join(data(sys.argv[2])[1]['notes']))
    elif sys.argv[1] == 'unnamed':
        unnamed(sys.argv[2])
    elif sys.argv[1] == 'hostile':
        hostile(sys.argv[2])
    else:
        browse(sys.argv[2], document, sys.argv[4], sys.argv[5], sys.argv[6], sys.argv[7:])
