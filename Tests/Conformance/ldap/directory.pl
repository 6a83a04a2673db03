# What programs on Perl's Net::LDAP do: the root and the schema unbound, StartTLS, pages, comparisons, a sign-in by a second bind.
# Usage: directory.pl PORT AUTHORITY NAME PASSWORD SUFFIX
use strict;
use warnings;
use Net::LDAP;
use Net::LDAP::Constant qw(LDAP_CONTROL_PAGED);
use Net::LDAP::Control::Paged;

my ($port, $authority, $name, $password, $suffix) = @ARGV;

# A connection of nobody, over TLS.
sub connection {
    my $ldap = Net::LDAP->new("127.0.0.1", port => $port) or die "$@";
    my $tls = $ldap->start_tls(verify => "require", cafile => $authority);
    die $tls->error if $tls->code;
    return $ldap;
}

my $ldap = connection();
print "context ", $ldap->root_dse->get_value("namingContexts"), "\n";
print "class ", $ldap->schema->objectclass("posixAccount")->{name}, "\n";
print "stranger ", $ldap->search(base => $suffix, filter => "(uid=carl)")->code, "\n";
my $bound = $ldap->bind($name, password => $password);
die $bound->error if $bound->code;

my $page = Net::LDAP::Control::Paged->new(size => 100);
my ($pages, %people) = (0);
while (1) {
    my $found = $ldap->search(base => $suffix, filter => "(objectClass=inetOrgPerson)", attrs => ["uid"], control => [$page]);
    die $found->error if $found->code;
    $pages++;
    $people{$_->dn}++ for $found->entries;
    my ($next) = $found->control(LDAP_CONTROL_PAGED) or last;
    my $cookie = $next->cookie;
    last unless defined $cookie && length $cookie;
    $page->cookie($cookie);
}
print "people ", scalar(keys %people), " ", scalar(grep { $_ > 1 } values %people), " $pages\n";

my $jane = $ldap->search(base => $suffix, filter => "(uid=jane\@example.com)", attrs => ["mail", "+"])->entry(0);
print "mail ", $jane->get_value("mail"), "\n";
my ($group) = $jane->get_value("memberOf");
print "member ", $ldap->compare($group, attr => "member", value => $jane->dn)->code, "\n";
for my $word ($password, "wrong") {
    print "sign-in ", connection()->bind($jane->dn, password => $word)->code, "\n";
}
$ldap->unbind;
