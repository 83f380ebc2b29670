# The probes between hosts (mesh.sh) in Perl. It stands between quotes there, and has none of that kind itself.
use strict;
use Socket qw(:DEFAULT getaddrinfo AI_NUMERICHOST AI_NUMERICSERV);
use Errno;
use Fcntl;

# seconds: of this process, of one probe, of all probes; probes at once; least of so many connects is the round trip
my ($LIFE, $ONCE, $ALL, $WIDE, $TIMES) = (60, 2.0, 20.0, 64, 4);
my @SENDS = (0.0, 0.5, 1.0);
alarm $LIFE;
my ($rest, $token, $nonce, $me) = ("", "", "", "");
my (%listeners, @queue, %active, @rtts, %answers, @pending);

# Time::HiRes is not in the Perl that a small Debian has; the numbers are of clock_gettime in asm/unistd.h of machines with 64 bits
my $number;
my $has_clock = eval { require Time::HiRes; 1 };
if (!$has_clock) {
    require POSIX;
    my %numbers = (x86_64 => 228, aarch64 => 113, riscv64 => 113, ppc64le => 246, s390x => 260);
    $number = $numbers{(POSIX::uname())[4]};
    exit 1 unless $number && length pack("l!", 0) == 8;
}
sub now {
    return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) if $has_clock;
    my $time = "\0" x 16;
    syscall $number, 1, $time;
    my ($s, $ns) = unpack "q q", $time;
    return $s + $ns / 1e9;
}

sub out {
    my $text = shift;
    while (length $text) {
        my $n = syswrite STDOUT, $text;
        exit 0 unless $n;
        substr($text, 0, $n, "");
    }
}
sub say_ { out(join(" ", $token, @_) . "\n") }

# More lines, as lists of words. The end of input ends all.
sub take {
    my $n = sysread STDIN, $rest, 65536, length $rest;
    exit 0 unless $n;
    push @pending, [split " ", $1] while $rest =~ s/^([^\n]*)\n//;
}

# (socket, address to bind or connect to), or nothing
sub make {
    my ($kind, $address, $port) = @_;
    my ($err, $found) = getaddrinfo($address, $port, {flags => AI_NUMERICHOST | AI_NUMERICSERV, socktype => $kind eq "tcp" ? SOCK_STREAM : SOCK_DGRAM});
    return if $err || !$found;
    socket(my $s, $found->{family}, $found->{socktype}, $found->{protocol}) or return;
    my $flags = fcntl $s, F_GETFL, 0;
    fcntl $s, F_SETFL, $flags | O_NONBLOCK;
    return ($s, $found->{addr});
}

sub shut {
    my $s = shift;
    setsockopt $s, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0);
    close $s;
}

sub listen_ {
    my ($ident, $kind, $address, $port) = @_;
    my ($s, $to) = make($kind, $address, $port);
    return say_("bound", $ident, "failed") unless $s;
    setsockopt $s, SOL_SOCKET, SO_REUSEADDR, pack("i", 1) if $kind eq "tcp";
    if (!bind($s, $to) || ($kind eq "tcp" && !listen($s, 1024))) {
        return say_("bound", $ident, $!{EADDRINUSE} ? "taken" : $!{EACCES} || $!{EPERM} ? "root" : "failed");
    }
    $listeners{fileno $s} = [$kind, $s];
    say_("bound", $ident, "ok");
}

sub serve {
    my ($kind, $s) = @_;
    if ($kind eq "tcp") {
        my $peer;
        shut($peer) while accept $peer, $s;
        return;
    }
    my ($text, $sender);
    while (defined($sender = recv $s, $text, 256, 0)) {
        # nothing else is answered: this is no mirror for whoever comes by
        next unless $text =~ /^\Q$nonce\E [0-9]+ [0-9]+ [0-9A-Za-z]+\n\z/;
        out($text);
        send $s, $text, 0, $sender;
    }
}

# in: as select() left it
sub serve_those {
    my $in = shift;
    for my $fd (keys %listeners) {
        serve(@{$listeners{$fd}}) if vec $in, $fd, 1;
    }
}

sub word {
    local $! = shift;
    return "open" if $! == 0 || $!{ECONNRESET};
    return "refused" if $!{ECONNREFUSED};
    return "silent" if $!{ETIMEDOUT};
    return "unreachable" if $!{EHOSTUNREACH} || $!{ENETUNREACH} || $!{EHOSTDOWN} || $!{ENETDOWN} || $!{EACCES} || $!{EPERM};
    return "failed";
}

sub finish {
    my ($p, $result) = @_;
    if ($p->{socket}) {
        delete $active{fileno $p->{socket}};
        shut($p->{socket});
        $p->{socket} = undef;
    }
    $answers{$p->{address}} ||= $p->{port} if $p->{kind} eq "tcp" && $result =~ /^(open|refused)\z/;
    say_("probe", $p->{ident}, $result) if defined $p->{ident};
}

# what a lost datagram, or one that came too early, may have caused is tried again
sub failed {
    my ($p, $code) = @_;
    $p->{seen} = word($code);
    finish($p, $p->{seen}) if $p->{sent} >= @SENDS;
}

sub send_ {
    my $p = shift;
    $p->{sent}++;
    failed($p, $! + 0) unless defined send $p->{socket}, $p->{text}, 0;
}

# without an ident it is not told, and only finds out whether the address answers
sub begin {
    my $p = shift;
    return if !defined $p->{ident} && $answers{$p->{address}};
    $p->{began} = now();
    $p->{until} = $p->{began} + $ONCE;
    my ($s, $to) = make($p->{kind}, $p->{address}, $p->{port});
    return finish($p, "failed") unless $s;
    $p->{socket} = $s;
    $active{fileno $s} = $p;
    my $code = connect($s, $to) ? 0 : $! + 0;
    if ($p->{kind} eq "tcp") {
        finish($p, word($code)) unless $code == Errno::EINPROGRESS();
        return;
    }
    return finish($p, word($code)) if $code;
    send_($p);
}

sub move {
    my $p = shift;
    return finish($p, word(unpack "i", getsockopt($p->{socket}, SOL_SOCKET, SO_ERROR))) if $p->{kind} eq "tcp";
    my $text;
    if (!defined recv $p->{socket}, $text, 256, 0) {
        failed($p, $! + 0) unless $!{EAGAIN};
        return;
    }
    finish($p, "open") if $text eq $p->{text};
}

sub due {
    my $p = shift;
    return $p->{kind} eq "udp" && $p->{sent} < @SENDS ? $p->{began} + $SENDS[$p->{sent}] : $p->{until};
}

sub look {
    my ($p, $at) = @_;
    if ($at >= $p->{until}) {
        finish($p, $p->{seen});
    } elsif ($at >= due($p)) {
        send_($p);
    }
}

# while it measures others, others measure it
sub wait_for {
    my ($s, $until) = @_;
    while ((my $left = $until - now()) > 0) {
        my ($in, $out) = ("", "");
        vec($out, fileno $s, 1) = 1;
        vec($in, $_, 1) = 1 for keys %listeners;
        next unless select($in, $out, undef, $left) > 0;
        serve_those($in);
        return 1 if vec $out, fileno $s, 1;
    }
    return 0;
}

sub connect_us {
    my ($address, $port) = @_;
    my ($s, $to) = make("tcp", $address, $port);
    return unless $s;
    my $began = now();
    my $code = connect($s, $to) ? 0 : $! + 0;
    if ($code == Errno::EINPROGRESS()) {
        $code = wait_for($s, $began + 1) ? unpack "i", getsockopt($s, SOL_SOCKET, SO_ERROR) : Errno::ETIMEDOUT();
    }
    my $took = int((now() - $began) * 1000000);
    shut($s);
    return word($code) =~ /^(open|refused)\z/ ? $took : undef;
}

sub measure {
    my $until = shift;
    for (@rtts) {
        my ($ident, $address) = @$_;
        my $least;
        my $misses = 1;
        # what did not answer a probe would be waited for here, one such host after the other
        for (1 .. $answers{$address} ? $TIMES : 0) {
            my $us = now() < $until ? connect_us($address, $answers{$address}) : undef;
            last unless defined $us || $misses--;
            $least = $us if defined $us && (!defined $least || $us < $least);
        }
        say_("rtt", $ident, defined $least ? $least || 1 : "none");
    }
}

sub probe {
    my ($ident, $kind, $address, $port, $secret) = @_;
    my $text = defined $ident ? "$nonce $me $ident $secret\n" : "";
    return {ident => $ident, kind => $kind, address => $address, port => $port, text => $text, sent => 0, seen => "silent"};
}

sub configure {
    my @knocks;
    while (1) {
        take() until @pending;
        my ($word, @w) = @{shift @pending};
        if ($word eq "me") {
            ($token, $nonce, $me) = @w;
            say_("tool", "perl");
        } elsif ($word eq "listen") {
            listen_(@w);
        } elsif ($word eq "probe") {
            push @queue, probe(@w);
        } elsif ($word eq "rtt") {
            push @rtts, [@w[0, 1]];
            push @knocks, probe(undef, "tcp", @w[1, 2]);
        } elsif ($word eq "end") {
            push @queue, @knocks;
            return;
        }
    }
}

$SIG{PIPE} = sub { exit 0 };
configure();
say_("ready");
my ($until, $is_done) = (0, 0);
while (1) {
    while (@pending) {
        my $word = join " ", @{shift @pending};
        $until = now() + $ALL if $word eq "go" && !$until;
        exit 0 if $word eq "quit";
    }
    begin(shift @queue) while $until && @queue && keys(%active) < $WIDE && now() < $until;
    if ($until && !%active && !$is_done && (!@queue || now() >= $until)) {
        measure($until);
        say_("done");
        $is_done = 1;
    }
    my ($in, $out, $wait) = ("", "", undef);
    vec($in, 0, 1) = 1;
    vec($in, $_, 1) = 1 for keys %listeners;
    for my $p (values %active) {
        vec($p->{kind} eq "tcp" ? $out : $in, fileno $p->{socket}, 1) = 1;
        my $left = due($p) - now();
        $wait = $left if !defined $wait || $left < $wait;
    }
    $wait = 0 if defined $wait && $wait < 0;
    my $n = select $in, $out, undef, $wait;
    if ($n > 0) {
        serve_those($in);
        for my $p (values %active) {
            move($p) if vec($p->{kind} eq "tcp" ? $out : $in, fileno $p->{socket}, 1);
        }
        take() if vec $in, 0, 1;
    }
    my $at = now();
    look($_, $at) for values %active;
}
