# Asks for an address twice by LWP (IO::Socket::SSL).
use strict;
use warnings;
use LWP::UserAgent;
my $agent = LWP::UserAgent->new(timeout => 10);
$agent->get($ARGV[0]) for 1 .. 2;
