# shellcheck shell=sh disable=SC2034
# What a compiler is asked for: g_scan.

# Only what compiles a file may leave the machine, and of that not what distcc would lose a part of. Programs that a
# build system tries its compiler with stay: there are many, they are small, and half of them are meant to fail.
g_scan() {
  g_call=direct g_source='' g_stays='' g_before=''
  shift
  for g_word; do
    case $g_word in
      -c | -S) g_call=compile ;;
      -E | -M | -MM | -) g_call=direct; return ;;
      # distcc leaves its .dwo on the server, and compiles under another file's name
      -gsplit-dwarf | -x* | -m*=native) g_stays=yes ;;
      -o?*) g_nowhere "${g_word#-o}" && return ;;
      -*) ;;
      conftest.* | */conftest.* | tmp.conftest.*) g_call=direct; return ;;
      *CMakeFiles/CMakeScratch/* | *CMakeFiles/CMakeTmp/* | *CMakeFiles/cmTC_* | */CompilerIdC*/* | \
        *meson-private/* | *.conf_check_*/*)
        g_call=check
        return
        ;;
      @*) g_call=compile g_source=$g_word ;;
      *)
        if [ "$g_before" = -o ]; then g_nowhere "$g_word" && return; fi
        case $g_word in
          *.[oa] | *.so) [ "$g_call" = compile ] || g_call='link' ;;
          *.[cCimM] | *.cc | *.cp | *.cpp | *.cxx | *.CPP | *.c++ | *.ii | *.mi | *.mm | *.mii)
            g_source=$g_word
            [ "$g_call" = compile ] || g_call='link'
            ;;
        esac
        ;;
    esac
    g_before=$g_word
  done
  [ "$g_call" = compile ] || return 0
  if [ -n "$g_stays" ] || [ -z "$g_source" ]; then g_call=local; fi
  case $PWD/ in
    */.conf_check_*/* | */CMakeFiles/CMakeScratch/* | */CMakeFiles/CMakeTmp/*) g_call=check ;;
  esac
}

# The compiler refuses to write into a directory that is not there; distcc would make it.
g_nowhere() {
  case $1 in */*) ;; *) return 1 ;; esac
  [ ! -d "${1%/*}/" ] && g_call=direct
}
