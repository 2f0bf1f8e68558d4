/** A small desktop, as a Gentoo user might know it: the tree of `npm run demo`. */
import type { EbuildDeclaration, RootDeclaration } from './declaration.ts';

export const demoTarget = 'gui-wm/sway';

const meson = 'dev-build/meson app-alternatives/ninja virtual/pkgconfig';

/** `shared` stands in DEPEND and RDEPEND, as of a library that is linked to. */
function library(shared: string, more: EbuildDeclaration = {}): EbuildDeclaration {
  return { ...more, DEPEND: `${shared} ${more.DEPEND ?? ''}`, RDEPEND: `${shared} ${more.RDEPEND ?? ''}` };
}

const packages: Record<string, EbuildDeclaration> = {
  'sys-libs/zlib-1.3.1': { SLOT: '0/1' },
  'dev-libs/libffi-3.5.2': { SLOT: '0/8' },
  'dev-libs/expat-2.7.1': {},
  'dev-libs/json-c-0.18': { SLOT: '0/5' },
  'sys-libs/ncurses-6.5': { SLOT: '0/6', PDEPEND: 'sys-apps/terminfo' },
  'sys-apps/terminfo-6.5': { BDEPEND: 'sys-libs/ncurses' },
  'sys-libs/readline-8.3': library('sys-libs/ncurses:=', { SLOT: '0/8' }),
  'dev-util/pkgconf-2.5.1': {},
  'virtual/pkgconfig-3': { RDEPEND: '|| ( dev-util/pkgconf dev-util/pkgconfig )' },
  'dev-lang/python-3.13.7': library(
    'sys-libs/zlib:= dev-libs/libffi:= dev-libs/expat readline? ( sys-libs/readline:= sys-libs/ncurses:= )',
    {
      IUSE: '+readline tk',
      SLOT: '3.13',
      BDEPEND: 'virtual/pkgconfig',
      sleep: { compile: 0.6, install: 0.2 },
    },
  ),
  'dev-build/ninja-1.13.1': { DEPEND: 'dev-lang/python' },
  'app-alternatives/ninja-1': { RDEPEND: 'dev-build/ninja' },
  'dev-build/meson-1.9.0': { RDEPEND: 'dev-lang/python app-alternatives/ninja' },
  'dev-libs/libpcre2-10.46': library('sys-libs/zlib:=', { SLOT: '0/3' }),
  'dev-libs/glib-2.84.4': library('dev-libs/libffi:= dev-libs/libpcre2:= sys-libs/zlib:=', {
    SLOT: '2',
    BDEPEND: meson,
    sleep: { configure: 0.2, compile: 0.5 },
  }),
  'media-libs/libpng-1.6.50': library('sys-libs/zlib:=', { SLOT: '0/16' }),
  'media-libs/freetype-2.13.3': library(
    'media-libs/libpng:= sys-libs/zlib:= harfbuzz? ( media-libs/harfbuzz )',
    {
      IUSE: 'harfbuzz',
      SLOT: '2',
    },
  ),
  'media-libs/harfbuzz-11.4.4': library('dev-libs/glib:2 media-libs/freetype:2', {
    BDEPEND: meson,
    SLOT: '0/6',
  }),
  'media-libs/fontconfig-2.17.1': library('dev-libs/expat media-libs/freetype:2', {
    BDEPEND: meson,
    SLOT: '1',
    PDEPEND: 'media-fonts/dejavu',
  }),
  'media-fonts/dejavu-2.37': { RDEPEND: 'media-libs/fontconfig' },
  'x11-libs/pixman-0.46.4': { BDEPEND: meson },
  'x11-libs/cairo-1.18.4': library(
    'x11-libs/pixman media-libs/fontconfig:1 media-libs/freetype:2 media-libs/libpng:= glib? ( dev-libs/glib:2 )',
    { IUSE: '+glib', BDEPEND: meson },
  ),
  'x11-libs/pango-1.56.4': library(
    'x11-libs/cairo[glib] dev-libs/glib:2 media-libs/harfbuzz:= media-libs/fontconfig:1',
    {
      BDEPEND: meson,
    },
  ),
  'dev-libs/wayland-1.24.0': library('dev-libs/libffi:= dev-libs/expat', { BDEPEND: meson, sleep: 0.3 }),
  'dev-libs/wayland-protocols-1.45': { BDEPEND: `${meson} dev-libs/wayland` },
  'x11-libs/libdrm-2.4.125': { BDEPEND: meson },
  'media-libs/mesa-25.2.3': library(
    'x11-libs/libdrm dev-libs/expat sys-libs/zlib:= wayland? ( dev-libs/wayland )',
    {
      IUSE: '+wayland',
      DEPEND: 'wayland? ( dev-libs/wayland-protocols )',
      BDEPEND: `${meson} dev-lang/python`,
      sleep: { configure: 0.3, compile: 0.8 },
    },
  ),
  'x11-libs/libxkbcommon-1.11.0': library('dev-libs/wayland', {
    BDEPEND: meson,
    DEPEND: 'dev-libs/wayland-protocols',
  }),
  'dev-libs/libevdev-1.13.4': { BDEPEND: meson },
  'dev-libs/libinput-1.29.1': library('dev-libs/libevdev', { SLOT: '0/10', BDEPEND: meson }),
  'sys-auth/seatd-0.9.1': { SLOT: '0/1', BDEPEND: meson },
  'gui-libs/wlroots-0.19.0': library(
    'dev-libs/wayland dev-libs/libinput:= x11-libs/libdrm x11-libs/libxkbcommon x11-libs/pixman media-libs/mesa[wayland] sys-auth/seatd:=',
    {
      SLOT: '0.19',
      DEPEND: 'dev-libs/wayland-protocols',
      BDEPEND: meson,
      sleep: { configure: 0.2, compile: 0.6 },
    },
  ),
  'gui-apps/swaybg-1.2.1': library('dev-libs/wayland x11-libs/cairo', { BDEPEND: meson }),
  'gui-apps/foot-1.24.0': library(
    'dev-libs/wayland media-libs/fontconfig:1 x11-libs/libxkbcommon x11-libs/pixman',
    {
      BDEPEND: meson,
      RDEPEND: 'sys-apps/terminfo',
    },
  ),
  'gui-wm/sway-1.11': library(
    'gui-libs/wlroots:0.19= dev-libs/json-c:= dev-libs/libinput:= x11-libs/cairo x11-libs/pango dev-libs/wayland x11-libs/libxkbcommon',
    {
      IUSE: '+swaybg +terminal',
      RDEPEND: 'swaybg? ( gui-apps/swaybg ) terminal? ( || ( gui-apps/foot x11-terms/alacritty ) )',
      BDEPEND: meson,
      sleep: { compile: 0.5, install: 0.3 },
    },
  ),
};

/** How long a package without a `sleep` of its own takes: its name decides, so that every run looks alike. */
function duration(cpv: string): number {
  return 0.2 + (cpv.length % 4) / 10;
}

export const demoTree: RootDeclaration = {
  ebuilds: Object.fromEntries(
    Object.entries(packages).map(([cpv, ebuild]) => [
      cpv,
      { sleep: cpv.startsWith('virtual/') ? 0 : duration(cpv), ...ebuild },
    ]),
  ),
};
