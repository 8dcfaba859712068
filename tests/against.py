"""The part "Compare" of report.html against `against` of the JSON, in Chromium.

    against.py DIR JSON SHOTS     pictures, light and dark, go to SHOTS

Prints nothing when all is well, a line a fault otherwise.
"""
import json
import os
import sys


def same(what, found, wanted):
    if found != wanted:
        print(f'{what}: {found!r} instead of {wanted!r}')


def number(text):
    """What a reader of the page sees, as a number."""
    text = text.replace(' ', '').replace('\u2212', '-').replace('\u25b2', '').replace('\u25bc', '')
    return float(text) if text not in ('', '-') else None


def shown(b, rows, wanted, name):
    """Exact values in the attributes, rounded ones in the text; a sign beside every difference."""
    same(f'{name}: rows', len(rows), len(wanted))
    for row, w in zip(rows, wanted):
        for key in ('before', 'now', 'difference'):
            found = row.get_attribute('data-' + key)
            same(f'{name} {key}', None if found is None else float(found), w[key])
        if w['difference']:
            sign = '+' if w['difference'] > 0 else '\u2212'
            mark = '\u25b2' if w['difference'] > 0 else '\u25bc'
            same(f'{name}: sign and mark of {w["difference"]}', (sign in row.text, mark in row.text), (True, True))


def cells(row):
    from selenium.webdriver.common.by import By
    return [c.text for c in row.find_elements(By.TAG_NAME, 'td')]


def figures(b, a):
    from selenium.webdriver.common.by import By
    cards = b.find_elements(By.CSS_SELECTOR, '#against li[data-figure]')
    shown(b, cards, a['figures'], 'figure')
    for card, f in zip(cards, a['figures']):
        big = card.find_element(By.TAG_NAME, 'b').text
        digits = ''.join(c for c in big if c in '0123456789.- ').replace(' ', '')
        same(f'{f["name"]} in large', float(digits), round(f['now'], 2))


def units(b, a):
    from selenium.webdriver.common.by import By
    bars = b.find_elements(By.CSS_SELECTOR, '#against .stack[data-unit]')
    same('bars', len(bars), 2 * len([p for p in a['pipes'].values() if any(
        p[k][w] for k in ('busy', 'stall') for w in ('before', 'now'))]))
    cycles = {w: a['figures'][0][w] for w in ('before', 'now')}
    for bar in bars:
        when, p = bar.get_attribute('data-when'), a['pipes'][bar.get_attribute('data-unit')]
        for key in ('busy', 'stall', 'idle'):
            same(f'{key} {when}', float(bar.get_attribute('data-' + key)), p[key][when])
        wide = sum(s.size['width'] for s in bar.find_elements(By.TAG_NAME, 'span'))
        part = wide / bar.size['width'] * max(cycles.values())
        if abs(part - cycles[when]) > 0.02 * max(cycles.values()):
            print(f'{bar.get_attribute("data-unit")} {when}: as long as {part} cycles, not {cycles[when]}')


def path(b, a):
    from selenium.webdriver.common.by import By
    at = a['critical_path']
    rows = b.find_elements(By.CSS_SELECTOR, '#against tr[data-cell]')
    wanted = at['by'][:12]
    shown(b, rows[:len(wanted)], wanted, 'cell')
    for row, c in zip(rows, wanted):
        same('cell, before and now', [number(t) for t in cells(row)[1:3]], [round(c['before'], 2), round(c['now'], 2)])
    rows = b.find_elements(By.CSS_SELECTOR, '#against tr[data-matched]')
    lines = [{'before': x['before'] and x['before']['cycles'], 'now': x['now'] and x['now']['cycles'],
              'difference': x['difference']} for x in at['lines'][:20]]
    shown(b, rows, lines, 'line')
    for row, x in zip(rows, at['lines']):
        same('line', ((x['now'] or x['before'])['text'] or '') in cells(row)[1], True)
    rows = b.find_elements(By.CSS_SELECTOR, '#against tr[data-bytes]')
    shown(b, rows, a['bytes'], 'bytes')
    for row, x in zip(rows, a['bytes']):
        same(x['name'], [number(t) for t in cells(row)[1:3]], [x['before'], x['now']])
    rows = b.find_elements(By.CSS_SELECTOR, '#against tr[data-burst]')
    same('bursts are compared', len(rows) > 0, True)
    shown(b, rows, a['bytes_a_burst'], 'bytes a burst')


def main(folder, document, shots):
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    with open(document, encoding='utf-8') as f:
        a = json.load(f)['against']
    o = webdriver.ChromeOptions()
    for arg in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                '--window-size=1440,2200'):
        o.add_argument(arg)
    o.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    b = webdriver.Chrome(options=o)
    try:
        for theme in ('light', 'dark'):
            b.execute_cdp_cmd('Emulation.setEmulatedMedia',
                              {'features': [{'name': 'prefers-color-scheme', 'value': theme}]})
            b.get('file://' + os.path.join(os.path.realpath(folder), 'report.html'))
            b.execute_script("document.documentElement.style.scrollBehavior = 'auto';"
                             "document.getElementById('against').scrollIntoView()")
            b.save_screenshot(os.path.join(shots, f'against_{theme}.png'))
        same('drawn', b.find_element(By.TAG_NAME, 'body').get_attribute('data-ready'), 'yes')
        same('the sentence', b.find_element(By.CSS_SELECTOR, '#against .said').text, a['text'])
        same('in the list of parts', len(b.find_elements(By.CSS_SELECTOR, 'nav a[href="#against"]')), 1)
        figures(b, a)
        units(b, a)
        path(b, a)
        same('messages', [m['message'] for m in b.get_log('browser') if m['level'] == 'SEVERE'], [])
    finally:
        b.quit()


if __name__ == '__main__':
    main(*sys.argv[1:])
